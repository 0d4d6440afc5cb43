import fs from 'node:fs/promises';
import path from 'node:path';
import { ensureFolder } from '../files/ensureFolder';
import { encodeFrame, type FrameHeader } from './frame';

/**
 * The only writer of one segment. Each record is appended by one write, so that a process killed at any moment leaves whole
 * records and at most one torn tail, which readers ignore.
 */
export class SegmentWriter {
  /** Appends run one after another. */
  private last: Promise<unknown> = Promise.resolve();
  private unsynced = false;

  private constructor(
    readonly file: string,
    private readonly handle: fs.FileHandle,
    private end: number,
  ) {}

  /** Creates a segment that must not exist yet. */
  static async create(file: string): Promise<SegmentWriter> {
    await ensureFolder(path.dirname(file));
    return new SegmentWriter(file, await fs.open(file, 'ax'), 0);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.end;
  }

  /**
   * Appends one record.
   * @returns the offset of its frame
   * @throws the error of the file system, with nothing appended
   */
  append(header: FrameHeader, payload: Uint8Array): Promise<number> {
    const result = this.last.then(() => this.write(encodeFrame(header, payload)));
    this.last = result.catch(() => undefined);
    return result;
  }

  private async write(frame: Buffer): Promise<number> {
    const offset = this.end;
    try {
      for (let at = 0; at < frame.length;) at += (await this.handle.write(frame, at)).bytesWritten;
    } catch (error) {
      // A full disk may have taken a part of the frame.
      await this.handle.truncate(offset).catch(() => undefined);
      throw error;
    }
    this.end += frame.length;
    this.unsynced = true;
    return offset;
  }

  /** Waits until everything appended so far is on the disk. */
  async flush(): Promise<void> {
    await this.last;
    if (!this.unsynced) return;
    this.unsynced = false;
    await this.handle.datasync();
  }

  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
    await this.handle.close();
  }
}
