import { createHash } from 'node:crypto';
import { SegmentFolder } from '../store/segmentFolder';

/** Kind of the frames. */
const kind = 3;
const maxBytes = 256e6;

/** Thumbnails (JPEG) by content and size, so that a report does not decode thousands of images again. */
export class ThumbnailCache {
  private readonly folder: SegmentFolder;

  constructor(folder: string) {
    this.folder = new SegmentFolder(folder, { maxBytes: maxBytes });
  }

  /** @param imageKey key of the bytes and the frame @param side longest side in pixels */
  get(imageKey: string, side: number): Promise<Buffer | null> {
    return this.folder.read(kind, keyOf(imageKey, side));
  }

  /** Stores a thumbnail; a failure is ignored, because the thumbnail can be made again. */
  async set(imageKey: string, side: number, jpeg: Buffer): Promise<void> {
    await this.folder.append(kind, keyOf(imageKey, side), jpeg).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.folder.close();
  }
}

/** Keys of a segment have 32 hexadecimal digits. */
const keyOf = (imageKey: string, side: number): string =>
  createHash('sha256').update(`${imageKey} ${side}`).digest('hex').slice(0, 32);
