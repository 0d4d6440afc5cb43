import { createHash } from 'node:crypto';
import { decodeRecord, encodeRecord } from '../measurement/codec';
import type { MeasurementRecord } from '../measurement/record';
import { SegmentFolder } from '../store/segmentFolder';
import { removeFormerCache } from './formerCache';

/** Kinds of frames in the cache. */
const kinds = { record: 1, file: 2 } as const;

/** Identifies the content of a file without reading it. */
export interface FileStamp {
  /** Absolute path. */
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Milliseconds: a file read sooner after its modification may change again with the same time stamp and is not remembered. */
const settledMs = 2000;

/** Whether the stamp of a file that was read at `now` (ms) names its content for good. */
export const isSettled = ({ mtimeMs }: FileStamp, now = Date.now()): boolean => now - mtimeMs >= settledMs;

/**
 * Measurement records by content, and the content of files by path, size and modification time. Several processes may use
 * the folder: each appends to a segment of its own. A damaged entry is a miss.
 */
export class MeasurementCache {
  private constructor(private readonly folder: SegmentFolder) {}

  /**
   * @param maxBytes the oldest segments are deleted beyond it
   * @param segmentBytes size at which a new segment is begun
   */
  static async open(folder: string, maxBytes: number, segmentBytes?: number): Promise<MeasurementCache> {
    await removeFormerCache(folder);
    return new MeasurementCache(new SegmentFolder(folder, { maxBytes, segmentBytes }));
  }

  /** @param key see measurement/record contentKey */
  async get(key: string): Promise<MeasurementRecord | null> {
    const payload = await this.folder.read(kinds.record, key);
    const record = payload && decodeRecord(payload);
    return record?.contentKey === key ? record : null;
  }

  /** @throws the error of the file system, e.g. of a full disk; then nothing is stored */
  set(record: MeasurementRecord): Promise<void> {
    return this.folder.append(kinds.record, record.contentKey, encodeRecord(record));
  }

  /** The image key of a file that has not changed since `remember`; null otherwise. */
  async imageKeyOf(stamp: FileStamp): Promise<string | null> {
    const payload = await this.folder.read(kinds.file, stampKey(stamp));
    return payload ? payload.toString('utf8') : null;
  }

  /** @param now time in ms at which the file was read */
  async remember(stamp: FileStamp, imageKey: string, now = Date.now()): Promise<void> {
    if (!isSettled(stamp, now)) return;
    await this.folder.append(kinds.file, stampKey(stamp), Buffer.from(imageKey));
  }

  /** Ends writing; stored records remain readable. */
  close(): Promise<void> {
    return this.folder.close();
  }
}

/** 32 hexadecimal digits. */
export const stampKey = ({ file, size, mtimeMs }: FileStamp): string =>
  createHash('sha256').update(`${file}\0${size}\0${mtimeMs}`).digest('hex').slice(0, 32);
