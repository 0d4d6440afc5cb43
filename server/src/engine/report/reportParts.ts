import path from 'node:path';
import { ThumbnailCache } from '../cache/thumbnailCache';
import type { Estimate } from '../engine.types';
import { effortFor } from '../measure/effort';
import type { Foil } from '../measure/foil';
import { FolderMeasurement } from '../measure/measureFolder';
import type { MeasureDto } from '../../protocol/quantities';
import type { ReportQuantities } from './reportInput';
import { Thumbnails } from './thumbnails';

export interface ReportCollection {
  /** Number of images that the page will have. */
  readonly images: number;
  readonly foil: Foil;
  /** Folder of a cache, in which thumbnails are kept for the next report; null for none. */
  readonly cacheDir: string | null;
}

/** Collects quantities and pictures of a report while its images come from the audit or the cache, since masks are not kept. */
export class ReportParts {
  readonly #images = new Map<string, MeasureDto>();
  readonly #folder: FolderMeasurement;
  readonly #thumbnails: Thumbnails;

  constructor(folder: string, { images, foil, cacheDir }: ReportCollection) {
    this.#folder = new FolderMeasurement(folder, foil, effortFor(images));
    const cache = cacheDir === null ? null : new ThumbnailCache(path.join(cacheDir, 'thumbnails'));
    this.#thumbnails = new Thumbnails(images, cache);
  }

  add(e: Estimate): void {
    this.#thumbnails.request(e);
    this.#images.set(e.file, this.#folder.add(e));
  }

  /** A picture without quantities: the masks of an image that left the cache are not known. */
  addPicture(e: Estimate): void {
    this.#thumbnails.request(e);
  }

  async result(): Promise<{ quantities: ReportQuantities; pictures: ReadonlyMap<string, string> }> {
    return {
      quantities: {
        images: this.#images,
        groups: this.#folder.groups(),
        all: this.#folder.folder(),
        reliable: this.#folder.reliable(),
      },
      pictures: await this.#thumbnails.finish(),
    };
  }
}
