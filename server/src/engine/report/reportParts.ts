import type { Engine, Estimate } from '../engine.types';
import { effortFor } from '../measure/effort';
import type { Foil } from '../measure/foil';
import type { FolderQuantities } from '../measure/folderQuantities';
import { quantityThread, type QuantityThread } from '../measure/quantityThread';
import { Thumbnails } from './thumbnails';

export interface ReportCollection {
  /** Number of images that the page will have. */
  readonly images: number;
  readonly foil: Foil;
  /** Source of the pictures. */
  readonly thumbnail: Engine['thumbnail'];
}

/** Collects quantities and pictures of a report while its images come from the audit or the cache, since masks are not kept. */
export class ReportParts {
  readonly #quantities: QuantityThread;
  readonly #thumbnails: Thumbnails;

  constructor(folder: string, { images, foil, thumbnail }: ReportCollection) {
    this.#quantities = quantityThread({ folder, foil, effort: effortFor(images) }, images);
    this.#thumbnails = new Thumbnails(images, thumbnail);
  }

  /** Resolves when the next image may come. */
  async add(e: Estimate): Promise<void> {
    this.#thumbnails.request(e);
    await this.#quantities.add(e);
  }

  /** A picture without quantities: the masks of an image that left the cache are not known. */
  addPicture(e: Estimate): void {
    this.#thumbnails.request(e);
  }

  /** To be called once, at the end. */
  async result(): Promise<{ quantities: FolderQuantities; pictures: ReadonlyMap<string, string> }> {
    const [quantities, pictures] = await Promise.all([this.#quantities.finish(), this.#thumbnails.finish()]);
    return { quantities, pictures };
  }

  /** Ends what runs in the background, where the result is not wanted any more. */
  async close(): Promise<void> {
    await Promise.all([this.#quantities.close(), this.#thumbnails.close()]);
  }
}
