import type fs from 'node:fs/promises';
import zlib from 'node:zlib';
import { headerBytes, intact, parseHeader, type FrameHeader } from '../store/frame';
import type { SegmentWriter } from '../store/segmentWriter';
import { endingOf } from './attempts';
import { endedBytes, frameKinds, summaryOf } from './frames';

/**
 * The second to last frame of a finished segment: for each image 24 bytes with its number (32 bits), offset (64, as a
 * float), length (32), checksum (32), tag (8) and F1 (16, see frames). So a million results open with one read.
 */
const entryBytes = 24;
const noKey = '0'.repeat(32);

/** One image of an index. */
export interface IndexEntry {
  readonly image: number;
  /** Of the frame in the file. */
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
  /** See frames.tagOf and frames.f1Of. */
  readonly tag: number;
  readonly number: number;
}

/** Collects the images of a segment while they are written. */
export class IndexBuilder {
  private bytes = Buffer.alloc(64 * entryBytes);
  private used = 0;

  add(header: FrameHeader, payload: Uint8Array, offset: number): void {
    if (this.used + entryBytes > this.bytes.length) this.bytes = Buffer.concat([this.bytes], 2 * this.bytes.length);
    const { bytes, used } = this;
    bytes.writeUInt32LE(summaryOf(header).index, used);
    bytes.writeDoubleLE(offset, used + 4);
    bytes.writeUInt32LE(payload.length, used + 12);
    bytes.writeUInt32LE(zlib.crc32(payload), used + 16);
    bytes.writeUInt8(header.tag, used + 20);
    bytes.writeUInt16LE(header.number, used + 21);
    this.used += entryBytes;
  }

  /** Appends the frame. @returns its bytes, for the frame that ends the segment */
  async append(writer: SegmentWriter): Promise<number> {
    const payload = this.bytes.subarray(0, this.used);
    await writer.append({ kind: frameKinds.index, tag: 0, number: 0, key: noKey }, payload);
    return headerBytes + payload.length;
  }
}

/** The index of a finished segment of `size` bytes; null where it has none, or it is damaged: then its headers are read. */
export async function readIndex(handle: fs.FileHandle, size: number): Promise<Iterable<IndexEntry> | null> {
  const ended = await endingOf(handle, size);
  const indexBytes = ended?.indexBytes;
  if (indexBytes === undefined) return null;
  const at = size - headerBytes - endedBytes - indexBytes;
  if (at < 0 || indexBytes < headerBytes) return null;
  const frame = Buffer.alloc(indexBytes);
  await handle.read(frame, 0, indexBytes, at);
  const header = parseHeader(frame, 0);
  const payload = frame.subarray(headerBytes);
  if (header?.kind !== frameKinds.index || header.length !== payload.length || !intact(header, payload)) return null;
  return entriesOf(payload);
}

function* entriesOf(payload: Buffer): Generator<IndexEntry, void, void> {
  for (let i = 0; i + entryBytes <= payload.length; i += entryBytes)
    yield {
      image: payload.readUInt32LE(i),
      offset: payload.readDoubleLE(i + 4),
      length: payload.readUInt32LE(i + 12),
      checksum: payload.readUInt32LE(i + 16),
      tag: payload.readUInt8(i + 20),
      number: payload.readUInt16LE(i + 21),
    };
}
