import type { MeasureDto } from '../../protocol/quantities';
import type { Effort } from './effort';
import type { Foil } from './foil';
import { FolderMeasurement, type MeasurableEstimate } from './measureFolder';

/** Quantities of the images of a folder, of its folders, and of all. */
export interface FolderQuantities {
  /** Of each image, by file. */
  readonly images: ReadonlyMap<string, MeasureDto>;
  /** Of each folder, where there are several. */
  readonly groups: readonly MeasureDto[];
  readonly all: MeasureDto;
  /** Of the reliable images only; null without any. */
  readonly reliable: MeasureDto | null;
}

export interface QuantityCollection {
  /** Folder that the images have in common. */
  readonly folder: string;
  readonly foil: Foil;
  readonly effort: Effort;
}

/** Collects {@link FolderQuantities} image by image. */
export class QuantityCollector {
  readonly #images = new Map<string, MeasureDto>();
  readonly #folder: FolderMeasurement;

  constructor({ folder, foil, effort }: QuantityCollection) {
    this.#folder = new FolderMeasurement(folder, foil, effort);
  }

  add(e: MeasurableEstimate): void {
    this.#images.set(e.file, this.#folder.add(e));
  }

  result(): FolderQuantities {
    return {
      images: this.#images,
      groups: this.#folder.groups(),
      all: this.#folder.folder(),
      reliable: this.#folder.reliable(),
    };
  }
}
