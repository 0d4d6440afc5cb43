import type fs from 'node:fs/promises';
import { findMarker, headerBytes, intact, parseHeader, type ParsedHeader } from './frame';

const blockBytes = 256 * 1024;
/** Block size in bytes if only headers are read. */
const headerBlockBytes = 4096;

/** A record found in a segment; its payload is read when it is needed. */
export interface FoundFrame {
  readonly header: ParsedHeader;
  /** Of the frame in the file. */
  readonly offset: number;
}

/** Bytes of a segment that contain no readable record. */
export interface Damage {
  readonly offset: number;
  readonly length: number;
}

export interface Scan {
  readonly damage: readonly Damage[];
  /** Where the next scan may continue: behind the last whole record. */
  readonly end: number;
  /** Bytes behind it: a record that is being written, or was cut off. */
  readonly torn: number;
}

/**
 * Visits the records of a segment from an offset on. Only headers are checked here. Damaged headers are skipped up to the
 * next readable one. `visit` may request the payload; small ones come from the block that is in memory.
 * @param headersOnly few payloads will be requested, so small blocks are read
 */
export async function scanSegment(
  handle: fs.FileHandle,
  from: number,
  visit: (frame: FoundFrame, payload: () => Promise<Buffer | null>) => void | Promise<void>,
  { headersOnly = false } = {},
): Promise<Scan> {
  const least = headersOnly ? headerBlockBytes : blockBytes;
  const size = (await handle.stat()).size;
  const damage: Damage[] = [];
  let block: Buffer = Buffer.alloc(0);
  let blockAt = 0;
  /** Bytes [offset, offset + length) of the file, or fewer at its end; at least the requested bytes are in the block. */
  const view = async (offset: number, length: number): Promise<Buffer> => {
    if (offset < blockAt || offset + length > blockAt + block.length) {
      block = await readAt(handle, offset, Math.min(Math.max(least, length), Math.max(0, size - offset)));
      blockAt = offset;
    }
    return block.subarray(offset - blockAt, offset - blockAt + length);
  };
  let at = from;
  let lost = -1;
  while (at + headerBytes <= size) {
    const header = parseHeader(await view(at, headerBytes), 0);
    if (!header) {
      if (lost < 0) lost = at;
      // The marker may begin anywhere behind a damaged byte.
      const rest = await view(at + 1, Math.min(blockBytes, size - at - 1));
      const next = findMarker(rest, 0);
      at += next < 0 ? Math.max(1, rest.length - 3) : 1 + next;
      if (next < 0 && rest.length <= 3) break;
      continue;
    }
    const end = at + headerBytes + header.length;
    if (end > size) break;
    if (lost >= 0) damage.push({ offset: lost, length: at - lost });
    lost = -1;
    const offset = at;
    await visit({ header, offset }, async () => {
      const payload = await view(offset + headerBytes, header.length);
      return intact(header, payload) ? Buffer.from(payload) : null;
    });
    at = end;
  }
  const end = lost >= 0 ? lost : at;
  return { damage, end, torn: size - end };
}

/**
 * The payload of a record, or null when it is damaged or the file has become shorter.
 * @param place offset of the frame in the file, with length and checksum of its header
 */
export async function readPayload(
  handle: fs.FileHandle,
  place: { readonly offset: number; readonly length: number; readonly checksum: number },
): Promise<Buffer | null> {
  const payload = await readAt(handle, place.offset + headerBytes, place.length);
  return payload.length === place.length && intact(place, payload) ? payload : null;
}

/** Bytes [offset, offset + length), or fewer at the end of the file. */
export async function readAt(handle: fs.FileHandle, offset: number, length: number): Promise<Buffer> {
  const out = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(out, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return out.subarray(0, done);
}

/** Reads parts of a file that is appended to; with `ahead`, neighbouring parts come from one read. */
export class BlockReader {
  private block: Buffer = Buffer.alloc(0);
  private at = 0;

  /**
   * @param readBytes gives bytes of the file
   * @param ahead bytes per read; 0 for only the requested ones
   */
  constructor(
    private readonly readBytes: (offset: number, length: number) => Promise<Buffer>,
    private readonly ahead: number,
  ) {}

  /** Bytes [offset, offset + length), or fewer at the end of the file. They are not to be changed. */
  async read(offset: number, length: number): Promise<Buffer> {
    if (offset < this.at || offset + length > this.at + this.block.length) {
      const block = await this.readBytes(offset, Math.max(this.ahead, length));
      if (this.ahead === 0) return block;
      // After another read that was queued first, this block contains the same bytes.
      this.block = block;
      this.at = offset;
      return block.subarray(0, length);
    }
    return this.block.subarray(offset - this.at, offset - this.at + length);
  }
}
