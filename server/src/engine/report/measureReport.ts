import type { Estimate } from '../engine.types';
import type { Foil } from '../measure/foil';
import { FolderMeasurement } from '../measure/measureFolder';
import type { MeasureDto } from '../../protocol/quantities';
import type { ReportQuantities } from './reportInput';

/** A page of thousands of images is made in seconds: fewer draws than `measure` makes, and causes for folders alone. */
const draws = { draws: 100, causeDraws: 24 };

/** Collects the quantities of a report while its images are estimated, since masks are not kept. */
export class ReportMeasurement {
  readonly #images = new Map<string, MeasureDto>();
  readonly #folder: FolderMeasurement;

  constructor(folder: string, foil: Foil) {
    this.#folder = new FolderMeasurement(folder, foil, draws, false);
  }

  add(e: Estimate): void {
    this.#images.set(e.file, this.#folder.add(e));
  }

  result(): ReportQuantities {
    return {
      images: this.#images,
      groups: this.#folder.groups(),
      all: this.#folder.folder(),
      reliable: this.#folder.reliable(),
    };
  }
}
