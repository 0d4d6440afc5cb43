import type { Raster } from '../../core/image/raster';
import { fits, recompressed, smallThumbnail, thumbnail, thumbnailOf, type ThumbnailPlan } from '../image/thumbnail';
import { ThumbnailCache } from './thumbnailCache';

/** Thumbnails of images: from the cache, where there is one, else from the file. */
export class ThumbnailStore {
  private readonly cache: ThumbnailCache | null;

  /** @param folder null for none: every thumbnail is then made from its file */
  constructor(folder: string | null) {
    this.cache = folder === null ? null : new ThumbnailCache(folder);
  }

  /**
   * Keeps the thumbnail that reports of many images show. It is made while the image is in memory: decoding thousands of
   * images for a report would take a minute.
   */
  async keep(imageKey: string, image: Raster): Promise<void> {
    const { side } = smallThumbnail;
    if (!this.cache || (await this.cache.get(imageKey, side))) return;
    await this.cache.set(imageKey, side, await thumbnailOf(image, smallThumbnail));
  }

  /** A JPEG, or null for an image that is neither in the cache nor readable. */
  async of(
    e: { readonly file: string; readonly imageKey: string | null },
    plan: ThumbnailPlan,
  ): Promise<Buffer | null> {
    const known = e.imageKey === null ? null : await this.cache?.get(e.imageKey, plan.side);
    if (known) return fits(known, plan) ? known : recompressed(known, plan);
    const made = await thumbnail(e.file, plan);
    if (made && e.imageKey !== null) await this.cache?.set(e.imageKey, plan.side, made);
    return made;
  }

  async close(): Promise<void> {
    await this.cache?.close();
  }
}
