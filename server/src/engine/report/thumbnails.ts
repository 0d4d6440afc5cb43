import type { ThumbnailCache } from '../cache/thumbnailCache';
import type { Estimate } from '../engine.types';
import { fits, thumbnail, type ThumbnailPlan } from '../image/thumbnail';

/** Bytes that all thumbnails of a page may take together. */
const budget = 18e6;
/** Number of images read at a time: decoding waits for the disk, and JPEG encoding runs in separate threads. */
const atOnce = 4;

/** Size and quality by number of images: few are worth a closer look, many must fit. */
export function thumbnailPlan(images: number): ThumbnailPlan {
  const most = Math.floor(budget / Math.max(1, images));
  if (images <= 150) return { side: 400, quality: 75, most };
  if (images <= 600) return { side: 248, quality: 70, most };
  return { side: 160, quality: 60, most };
}

/** Makes the pictures of a page in the background, while its quantities are computed. */
export class Thumbnails {
  readonly #plan: ThumbnailPlan;
  readonly #waiting: Estimate[] = [];
  readonly #sources = new Map<string, string>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  /** @param images number of images of the page @param cache null for none */
  constructor(
    images: number,
    private readonly cache: ThumbnailCache | null = null,
  ) {
    this.#plan = thumbnailPlan(images);
  }

  request(e: Estimate): void {
    if (!e.image) return;
    this.#waiting.push(e);
    if (this.#running.size >= atOnce) return;
    const worker = this.#work().finally(() => this.#running.delete(worker));
    this.#running.add(worker);
  }

  /** JPEG data URIs by file; an image that cannot be read any more has none. */
  async finish(): Promise<ReadonlyMap<string, string>> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (!this.#closed) await this.cache?.close();
    this.#closed = true;
    return this.#sources;
  }

  /** Makes no further pictures. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.finish();
  }

  async #work(): Promise<void> {
    for (let e = this.#waiting.shift(); e; e = this.#waiting.shift()) {
      const jpeg = await this.#jpeg(e).catch(() => null);
      if (jpeg) this.#sources.set(e.file, `data:image/jpeg;base64,${jpeg.toString('base64')}`);
    }
  }

  async #jpeg({ file, imageKey }: Estimate): Promise<Buffer | null> {
    const { side } = this.#plan;
    const known = imageKey === null ? null : await this.cache?.get(imageKey, side);
    if (known && fits(known, this.#plan)) return known;
    const made = await thumbnail(file, this.#plan);
    if (made && imageKey !== null) await this.cache?.set(imageKey, side, made);
    return made;
  }
}
