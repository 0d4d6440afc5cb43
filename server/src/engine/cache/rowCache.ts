import { createHash } from 'node:crypto';
import path from 'node:path';
import type { AuditRow } from '../measurement/auditRow';
import type { Thresholds } from '../../core/reliability/assess';
import { currentVersions } from '../measurement/record';
import { SegmentFolder } from '../store/segmentFolder';
import { isSettled, stampKey, type ImageStamp } from './imageStamp';

/**
 * Increased whenever the assessment of a record or the shape of a stored row changes; a test compares it with results.
 */
export const rowVersion = 1;
const kind = 3;
/** Bytes per read: rows are stored in the order of an audit's images, so one read gives a few hundred. */
const readAhead = 256 * 1024;

/** A result without what depends on the moment or on other files: its pixel size is what the image itself contains. */
export type StoredRow = Omit<AuditRow, 'file' | 'timing' | 'fromCache' | 'model'>;

/**
 * Results of unchanged files by path, size, modification time and everything that decides an assessment: detector, forest,
 * thresholds, options. Another forest finds no rows and assesses the records of the measurement cache again.
 */
export class RowCache {
  private constructor(
    private readonly folder: SegmentFolder,
    private readonly assessor: string,
  ) {}

  /** @param folder of the measurement cache; rows lie in a folder below it */
  static open(folder: string, maxBytes: number, context: Assessor): RowCache {
    return new RowCache(new SegmentFolder(path.join(folder, 'rows'), { maxBytes, readAhead }), assessorKey(context));
  }

  /** The result of a file that has not changed; null where none is stored, or it is damaged. */
  async get(stamp: ImageStamp): Promise<StoredRow | null> {
    const payload = await this.folder.read(kind, this.key(stamp));
    if (!payload) return null;
    try {
      const row = JSON.parse(payload.toString('utf8')) as StoredRow;
      // The checksum excludes damage, the key other versions: a look at the shape is enough.
      return typeof row.outcome === 'string' && Array.isArray(row.reasons) && Array.isArray(row.findings) ? row : null;
    } catch {
      return null;
    }
  }

  /**
   * @param now time in ms at which the file was read; one that changed just before is not stored
   * @throws the error of the file system; nothing is stored then
   */
  async set(stamp: ImageStamp, row: StoredRow, now = Date.now()): Promise<void> {
    if (isSettled(stamp, now)) await this.folder.append(kind, this.key(stamp), Buffer.from(JSON.stringify(row)));
  }

  /** Begins to count the rows that are used and then deleted for lack of room. */
  countEvicted(): void {
    this.folder.countEvicted();
  }

  /** Number of rows that were used since `countEvicted` and then deleted. */
  get evicted(): number {
    return this.folder.evicted(kind);
  }

  close(): Promise<void> {
    return this.folder.close();
  }

  private key(stamp: ImageStamp): string {
    return createHash('sha256').update(stampKey(stamp)).update(this.assessor).digest('hex').slice(0, 32);
  }
}

/** Inputs of an assessment besides the record. */
export interface Assessor {
  readonly detectorId: string;
  readonly forestId: string | null;
  readonly thresholds: Thresholds;
  readonly scoreThreshold: number | undefined;
}

function assessorKey({ detectorId, forestId, thresholds, scoreThreshold }: Assessor): string {
  const { low, review } = thresholds;
  const version = process.env.TEM_GAUGE_VERSION ?? '';
  return JSON.stringify([rowVersion, version, currentVersions, detectorId, forestId, low, review, scoreThreshold]);
}
