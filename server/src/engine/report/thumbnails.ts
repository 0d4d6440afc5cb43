import type { Estimate } from '../engine.types';
import { smallThumbnail, type ThumbnailPlan } from '../image/thumbnail';

/** Bytes that all thumbnails of a page may take together. */
const budget = 18e6;
/** Number of images read at a time: decoding waits for the disk, and JPEG encoding runs in separate threads. */
const atOnce = 4;

/** Size and quality by number of images: a page of few images has larger pictures. */
export function thumbnailPlan(images: number): ThumbnailPlan {
  const most = Math.floor(budget / Math.max(1, images));
  if (images <= 150) return { side: 400, quality: 75, most };
  if (images <= 600) return { side: 248, quality: 70, most };
  return { ...smallThumbnail, most };
}

/** Makes the pictures of a page in the background, while its quantities are computed. */
export class Thumbnails {
  readonly #plan: ThumbnailPlan;
  readonly #waiting: Estimate[] = [];
  readonly #sources = new Map<string, string>();
  readonly #running = new Set<Promise<void>>();

  /** @param images number of images of the page @param make gives a JPEG, or null for an image that cannot be read */
  constructor(
    images: number,
    private readonly make: (e: Estimate, plan: ThumbnailPlan) => Promise<Buffer | null>,
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
    return this.#sources;
  }

  /** Makes no further pictures. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.finish();
  }

  async #work(): Promise<void> {
    for (let e = this.#waiting.shift(); e; e = this.#waiting.shift()) {
      const jpeg = await this.make(e, this.#plan).catch(() => null);
      if (jpeg) this.#sources.set(e.file, `data:image/jpeg;base64,${jpeg.toString('base64')}`);
    }
  }
}
