import path from 'node:path';
import { meanPixelSize } from '../../core/geometry/pixelShape';
import { createMeasurement, measureInto, type Measurement } from '../../core/quantities/measure';
import { defaultPriors } from '../../core/quantities/priors';
import type { MeasureDto } from '../../protocol/quantities';
import type { Estimate } from '../engine.types';
import { evidenceOf } from './evidence';
import { fullEffort, type Effort } from './effort';
import { foilOfImage, type Foil } from './foil';
import { seedOf } from './imageSeed';
import { imageDto, summaryDto, type Seen } from './measureDto';

/** Data of an estimate for quantities. */
export type MeasurableEstimate = Pick<
  Estimate,
  | 'file'
  | 'outcome'
  | 'reason'
  | 'f1'
  | 'reliability'
  | 'image'
  | 'contentKey'
  | 'instances'
  | 'rejected'
  | 'performance'
>;

/** Only these fields, to be sent to another thread. */
export function measurablePart(e: MeasurableEstimate): MeasurableEstimate {
  const { file, outcome, reason, f1, reliability, image, contentKey, instances, rejected, performance } = e;
  return { file, outcome, reason, f1, reliability, image, contentKey, instances, rejected, performance };
}

interface Group {
  readonly measurement: Measurement;
  readonly seen: Seen[];
  readonly diameters: number[];
}

/** Measures images one by one and keeps the sums of their folders and of all; equal images give equal numbers. */
export class FolderMeasurement {
  readonly #settings: Parameters<typeof createMeasurement>[0];
  readonly #groups = new Map<string, Group>();
  readonly #all: Group;
  readonly #reliable: Group;

  constructor(
    private readonly base: string,
    private readonly foil: Foil,
    private readonly effort: Effort = fullEffort,
  ) {
    this.#settings = { priors: defaultPriors, seed: 1, draws: effort.draws, causeDraws: effort.causeDraws };
    this.#all = this.#group();
    this.#reliable = this.#group();
  }

  /** Adds an image and returns its own quantities. */
  add(e: MeasurableEstimate): MeasureDto {
    const evidence = evidenceOf(e);
    const folder = path.dirname(e.file);
    if (!this.#groups.has(folder)) this.#groups.set(folder, this.#group());
    const groups = [this.#all, this.#groups.get(folder)!];
    if (e.reliability === 'reliable') groups.push(this.#reliable);
    const { image, f1, reliability } = e;
    const foil = foilOfImage(this.foil, image);
    const seen = { f1, reliability, nmPerPixel: image?.nmPerPixel ?? null, nmPerPixelY: image?.nmPerPixelY, foil };
    for (const g of groups) g.seen.push(seen);
    const nmPerPixel = meanPixelSize(image);
    const brief = this.effort.detail === 'brief';
    const own = createMeasurement(brief ? { ...this.#settings, causeDraws: 0 } : this.#settings);
    if (evidence) {
      const measured = { evidence, scale: { nmPerPixel, ...foil }, seed: seedOf(e.contentKey ?? e.file) };
      measureInto([own, ...groups.map((g) => g.measurement)], measured, this.#settings);
      const whole = evidence.accepted.filter((c) => !c.atEdge);
      if (nmPerPixel !== null) for (const g of groups) for (const c of whole) g.diameters.push(c.diameter * nmPerPixel);
    }
    return imageDto(e, own, evidence, {
      foil,
      brief,
      thicknessSource: foil === this.foil ? undefined : image?.thicknessSource,
    });
  }

  /** One object per folder, when the images lie in more than one. */
  groups(): MeasureDto[] {
    if (this.#groups.size < 2) return [];
    return [...this.#groups].map(([folder, g]) => summaryDto('group', folder, g, this.foil));
  }

  /** The object for all images. */
  folder(): MeasureDto {
    return summaryDto('folder', this.base, this.#all, this.foil);
  }

  /** The object for the reliable images only; null without any. */
  reliable(): MeasureDto | null {
    return this.#reliable.seen.length ? summaryDto('folder', this.base, this.#reliable, this.foil) : null;
  }

  #group(): Group {
    return { measurement: createMeasurement(this.#settings), seen: [], diameters: [] };
  }
}
