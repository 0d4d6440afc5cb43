import type fs from 'node:fs/promises';
import zlib from 'node:zlib';
import { ImportError } from '../importError';
import { readAt } from './readAt';

/** Position of a file in the zip. */
export interface ZipEntry {
  readonly offset: number;
  /** Size as stored, in bytes. */
  readonly compressed: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
}

/** A checkpoint has one entry per tensor; 64 MB are room for half a million. */
const maxDirectoryBytes = 64e6;

const damaged = () => new ImportError('The checkpoint is damaged: its zip directory is malformed.');

/**
 * The central directory of a zip file by entry name, zip64 included (PKWARE APPNOTE 4.3.12 to 4.3.16).
 * @throws ImportError
 */
export async function readZipDirectory(handle: fs.FileHandle): Promise<Map<string, ZipEntry>> {
  const { size } = await handle.stat();
  const head = await readAt(handle, 0, Math.min(4, size));
  if (head.length < 4 || head.readUInt32LE(0) !== 0x04034b50)
    throw new ImportError('This is not a PyTorch checkpoint: it is not a zip file.');
  const tail = await readAt(handle, Math.max(0, size - 65_600), Math.min(size, 65_600));
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at < 0 || at + 22 > tail.length)
    throw new ImportError('The checkpoint is cut short: its zip directory is missing.');
  const { count, length, start } = (await end64(handle, tail)) ?? {
    count: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
  };
  if (!(length <= maxDirectoryBytes)) throw damaged();
  return parseDirectory(await readAt(handle, start, length), count);
}

/** The zip64 end record, where there is a locator of it. */
async function end64(handle: fs.FileHandle, tail: Buffer) {
  const locator = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 7]));
  if (locator < 0) return null;
  if (locator + 20 > tail.length) throw damaged();
  const end = await readAt(handle, Number(tail.readBigUInt64LE(locator + 8)), 56);
  if (end.length < 56 || end.readUInt32LE(0) !== 0x06064b50) throw damaged();
  const number = (offset: number) => Number(end.readBigUInt64LE(offset));
  return { count: number(32), length: number(40), start: number(48) };
}

function parseDirectory(directory: Buffer, count: number): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  for (let p = 0, n = 0; n < count && p + 46 <= directory.length; n++) {
    const nameEnd = p + 46 + directory.readUInt16LE(p + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(p + 30);
    if (extraEnd > directory.length) throw damaged();
    const sizes = {
      full: directory.readUInt32LE(p + 24),
      compressed: directory.readUInt32LE(p + 20),
      offset: directory.readUInt32LE(p + 42),
    };
    entries.set(directory.toString('utf8', p + 46, nameEnd), {
      ...widen(sizes, directory.subarray(nameEnd, extraEnd)),
      method: directory.readUInt16LE(p + 10),
    });
    p = extraEnd + directory.readUInt16LE(p + 32);
  }
  return entries;
}

/** Replaces sizes that do not fit into 32 bits by those of the zip64 extra field. */
function widen(sizes: { full: number; compressed: number; offset: number }, extra: Buffer) {
  let { compressed, offset } = sizes;
  for (let e = 0; e + 4 <= extra.length; e += 4 + extra.readUInt16LE(e + 2)) {
    if (extra.readUInt16LE(e) !== 1) continue;
    let q = e + 4;
    const next = () => {
      if (q + 8 > extra.length) throw damaged();
      q += 8;
      return Number(extra.readBigUInt64LE(q - 8));
    };
    if (sizes.full === 0xffffffff) next();
    if (compressed === 0xffffffff) compressed = next();
    if (offset === 0xffffffff) offset = next();
  }
  return { compressed, offset };
}

/**
 * The content of an entry.
 * @param maxBytes limit after decompression: a deflated entry can grow a thousandfold
 * @throws ImportError
 */
export async function readZipEntry(handle: fs.FileHandle, entry: ZipEntry, maxBytes: number): Promise<Buffer> {
  const local = await readAt(handle, entry.offset, 30);
  if (local.length < 30) throw new ImportError('The checkpoint is cut short.');
  const from = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (entry.method !== 8 && entry.compressed > maxBytes) throw tooLarge(maxBytes);
  const data = await readAt(handle, from, entry.compressed);
  if (data.length < entry.compressed) throw new ImportError('The checkpoint is cut short.');
  if (entry.method === 0) return data;
  if (entry.method !== 8) throw new ImportError('The checkpoint has an unsupported compression.');
  try {
    return zlib.inflateRawSync(data, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new ImportError('The checkpoint is damaged: an entry cannot be decompressed.');
  }
}

const tooLarge = (maxBytes: number) =>
  new ImportError(`The checkpoint has an entry of more than ${Math.round(maxBytes / 1e6)} MB, which is not read.`);
