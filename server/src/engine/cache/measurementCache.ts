import { decodeRecord, encodeRecord } from '../measurement/codec';
import type { MeasurementRecord } from '../measurement/record';
import { SegmentFolder } from '../store/segmentFolder';
import { removeFormerCache } from './formerCache';
import { isSettled, stampKey, type ImageStamp } from './imageStamp';

/** Kinds of frames in the cache. */
const kinds = { record: 1, file: 2 } as const;

/**
 * Measurement records by content, and the content of files by path, size and modification time. Several processes may use
 * the folder: each appends to a separate segment. A damaged entry is a miss.
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
  async imageKeyOf(stamp: ImageStamp): Promise<string | null> {
    const payload = await this.folder.read(kinds.file, stampKey(stamp));
    return payload ? payload.toString('utf8') : null;
  }

  /** @param now time in ms at which the file was read */
  async remember(stamp: ImageStamp, imageKey: string, now = Date.now()): Promise<void> {
    if (!isSettled(stamp, now)) return;
    await this.folder.append(kinds.file, stampKey(stamp), Buffer.from(imageKey));
  }

  /** Begins to count the records of images that are used and then deleted for lack of room. */
  countEvicted(): void {
    this.folder.countEvicted();
  }

  /** Number of records that were used since `countEvicted` and then deleted. */
  get evicted(): number {
    return this.folder.evicted(kinds.record);
  }

  /** Ends writing; stored records remain readable. */
  close(): Promise<void> {
    return this.folder.close();
  }
}
