import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { systemFault } from './systemFault';

/** Random access to the bytes of a file or of memory. */
export interface ByteSource {
  readonly size: number;
  /** Path of the file, for libraries that read it themselves; null in memory. */
  readonly file: string | null;
  /** Bytes from `offset` on; fewer than `length` at the end of the data, and at most 1 GiB. */
  read(offset: number, length: number): Promise<Buffer>;
  /**
   * sha256 as hexadecimal digits: of all bytes; for files beyond 4 GB of their size, time of modification, first and last
   * bytes, since reading them whole takes minutes.
   */
  hash(): Promise<string>;
  close(): Promise<void>;
}

/** Files up to this size are read whole: one request instead of many small ones. */
const wholeBytes = 48e6;
/** Files up to this size are read before it is known whether they are wanted. */
const smallBytes = 1e6;
const blockBytes = 64 * 1024;
const maxRequest = 2 ** 30;
/** Files up to this size are identified by all of their bytes. */
const wholeHashBytes = 4e9;
const sampleBytes = 16e6;

export class MemorySource implements ByteSource {
  readonly file: string | null;
  constructor(
    private readonly bytes: Buffer,
    file: string | null = null,
  ) {
    this.file = file;
  }
  get size(): number {
    return this.bytes.length;
  }
  read(offset: number, length: number): Promise<Buffer> {
    return Promise.resolve(this.bytes.subarray(Math.max(0, offset), Math.max(0, offset + length)));
  }
  hash(): Promise<string> {
    return Promise.resolve(createHash('sha256').update(this.bytes).digest('hex'));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

class FileSource implements ByteSource {
  private block: { offset: number; bytes: Buffer } | null = null;
  constructor(
    private readonly handle: fs.FileHandle,
    readonly size: number,
    readonly file: string,
  ) {}

  /** Small reads, as of headers, are served from one block. */
  async read(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(this.size, offset + Math.min(length, maxRequest));
    if (offset < 0 || end <= offset) return Buffer.alloc(0);
    if (end - offset > blockBytes / 2) return readExactly(this.handle, offset, end - offset);
    if (!this.block || offset < this.block.offset || end > this.block.offset + this.block.bytes.length)
      this.block = { offset, bytes: await readExactly(this.handle, offset, Math.min(blockBytes, this.size - offset)) };
    return this.block.bytes.subarray(offset - this.block.offset, end - this.block.offset);
  }

  async hash(): Promise<string> {
    const hash = createHash('sha256');
    if (this.size <= wholeHashBytes) await this.hashRange(hash, 0, this.size);
    else {
      const { mtimeNs } = await this.handle.stat({ bigint: true });
      hash.update(`${this.size} ${mtimeNs}`);
      await this.hashRange(hash, 0, sampleBytes);
      await this.hashRange(hash, this.size - sampleBytes, this.size);
    }
    return hash.digest('hex');
  }

  private async hashRange(hash: Hash, from: number, to: number): Promise<void> {
    for (let at = from; at < to;) {
      const part = await readExactly(this.handle, at, Math.min(4e6, to - at));
      if (part.length === 0) break;
      hash.update(part);
      at += part.length;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

async function readExactly(handle: fs.FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

/**
 * Opens a regular file without waiting for a pipe or device. A small file is read whole, a large one by range and only
 * if `wanted` accepts its first 4096 bytes.
 * @returns a source that the caller closes, or one sentence why there is none
 */
export async function openBytes(
  file: string,
  wanted: (head: Buffer) => boolean = () => true,
): Promise<ByteSource | { readonly reason: string; readonly unwanted?: true }> {
  try {
    const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    let keep = false;
    try {
      const stat = await handle.stat();
      if (stat.isDirectory()) return { reason: 'This is a folder, not a file.' };
      if (!stat.isFile()) return { reason: 'This is a pipe or a device, not a file.' };
      if (stat.size === 0) return { reason: 'The file is empty.' };
      const head = await readExactly(handle, 0, stat.size <= smallBytes ? stat.size : 4096);
      if (!wanted(head.subarray(0, 4096))) return { reason: 'The file is of another kind.', unwanted: true };
      if (head.length === stat.size) return new MemorySource(head, file);
      if (stat.size <= wholeBytes) return new MemorySource(await readExactly(handle, 0, stat.size), file);
      keep = true;
      return new FileSource(handle, stat.size, file);
    } finally {
      if (!keep) await handle.close();
    }
  } catch (error) {
    return { reason: openProblem((error as NodeJS.ErrnoException).code) };
  }
}

function openProblem(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
      return 'The file does not exist.';
    case 'EISDIR':
      return 'This is a folder, not a file.';
    case 'EACCES':
    case 'EPERM':
      return 'The file may not be read (permission denied).';
    default:
      return `The file could not be read (${systemFault({ code })}).`;
  }
}
