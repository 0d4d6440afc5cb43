import { causes, type Cause } from './causes';
import { addCavity, createCavitySums } from './cavitySums';
import { createDraws, quantiles, repeated, storeDraw, type Draws } from './draws';
import { membership } from './membership';
import { edgeFreeDistance } from './neighbourDistance';
import type { Priors } from './priors';
import { sharedDraws } from './shared';
import { simulateImage, type ImageEvidence } from './simulate';
import {
  addImage,
  bootstrapCopies,
  createTotals,
  lengthsOf,
  samplings,
  type Sampling,
  type Scale,
  type Totals,
} from './totals';

/** Settings of a measurement; equal settings and images give equal numbers. */
export interface MeasureSettings {
  readonly priors: Priors;
  /** Number of draws for the intervals, and for the fractions of the causes; 0 skips the causes. */
  readonly draws: number;
  readonly causeDraws: number;
  /** Seed of the errors that the images of a folder have in common. */
  readonly seed: number;
}

export const measureDefaults = { draws: 400, causeDraws: 100, seed: 1 } as const;

/** Simulation with all causes, or with only one. */
type Run = 'all' | Cause;

/** Sums over one or many images, from which quantities.ts derives numbers. */
export interface Measurement {
  images: number;
  /** Images with a known pixel size, and those that also have a thickness. */
  scaledImages: number;
  foilImages: number;
  /** Whether every image has calibrated probabilities. */
  calibrated: boolean;
  /** Accepted detections, and those of them that are cut by the frame. */
  detections: number;
  cut: number;
  readonly runs: ReadonlyMap<Run, Readonly<Record<Sampling, Totals>>>;
  /** From the accepted detections without correction, as in the published method. One draw. */
  readonly detected: Totals;
  /** Mean distances to the nearest neighbour in nm, weighted sums over images; one value per draw. */
  readonly distance: {
    readonly sum: Float64Array;
    readonly weight: Float64Array;
    detected: [sum: number, weight: number];
  };
}

/** Fewer draws, because nearest neighbours take the most time per draw. */
const distanceDraws = 100;

/** A measurement without images. */
export const createMeasurement = (settings: MeasureSettings): Measurement => {
  const run = (n: number) => Object.fromEntries(samplings.map((s) => [s, createTotals(n)])) as Record<Sampling, Totals>;
  const near = Math.min(distanceDraws, Math.ceil(settings.draws / 4));
  return {
    images: 0,
    scaledImages: 0,
    foilImages: 0,
    calibrated: true,
    detections: 0,
    cut: 0,
    runs: new Map<Run, Record<Sampling, Totals>>([
      ['all', run(settings.draws)],
      ...(settings.causeDraws > 0
        ? causes.map((c): [Run, Record<Sampling, Totals>] => [c, run(settings.causeDraws)])
        : []),
    ]),
    detected: createTotals(1),
    distance: { sum: new Float64Array(near), weight: new Float64Array(near), detected: [0, 0] },
  };
};

export interface ImageMeasurement {
  readonly evidence: ImageEvidence;
  readonly scale: Scale;
  /** Seed of this image: equal images get equal numbers at any place in a list. */
  readonly seed: number;
}

/** Simulates an image once and adds it to all measurements to which it belongs: its own, its group's, the folder's. */
export function measureInto(into: readonly Measurement[], image: ImageMeasurement, settings: MeasureSettings): void {
  const { evidence, scale } = image;
  const calibrated = evidence.performance !== null || evidence.accepted.every((c) => !Number.isNaN(c.probability));
  const framePx = evidence.width * evidence.height;
  const detected = createDraws(1);
  const sums = createCavitySums();
  for (const c of evidence.accepted)
    addCavity(sums, { cavity: c, weight: 1, factor: 1, feretFactor: 1, heywood: c.heywood }, 0, evidence);
  storeDraw(detected, 0, sums.frame);
  const own = distances(evidence.accepted);
  const plain = lengthsOf(scale, null, new Set(), 1);
  for (const m of into) {
    m.images++;
    if (scale.nmPerPixel !== null) m.scaledImages++;
    if (scale.nmPerPixel !== null && scale.thicknessNm !== null) m.foilImages++;
    m.calibrated &&= calibrated;
    m.detections += evidence.accepted.length;
    m.cut += evidence.accepted.filter((c) => c.atEdge).length;
    addImage(m.detected, { draws: detected, framePx, lengths: plain, copies: null });
    if (scale.nmPerPixel !== null && Number.isFinite(own.mean)) {
      m.distance.detected[0] += own.mean * own.n * scale.nmPerPixel;
      m.distance.detected[1] += own.n;
    }
  }
  if (!calibrated) return;
  const isTrue = membership(evidence.accepted.map((c) => c.probability));
  const sharedAll = sharedDraws(settings.draws, settings.seed);
  const sharedCause = sharedDraws(settings.causeDraws, settings.seed);
  for (const run of settings.causeDraws > 0 ? (['all', ...causes] as const) : (['all'] as const)) {
    const active = new Set<Cause>(run === 'all' ? causes : [run]);
    const draws = run === 'all' ? settings.draws : settings.causeDraws;
    const shared = run === 'all' ? sharedAll : sharedCause;
    // Pixel size and thickness enter with the totals; for these causes the cavities do not vary.
    const fixed = run === 'pixelSize' || run === 'thickness';
    const once = simulateImage(evidence, {
      priors: settings.priors,
      shared,
      isTrue,
      draws: fixed ? 1 : draws,
      seed: image.seed,
      active,
      onCavities: run === 'all' ? addDistances : undefined,
    });
    const simulated = fixed ? { frame: repeated(once.frame, draws), material: repeated(once.material, draws) } : once;
    const copies = bootstrapCopies(draws, image.seed + 1);
    const central = { framePx, lengths: lengthsOf(scale, shared, active, draws) };
    // The bootstrap over images is a separate cause and is used in its own run only.
    const scatter = active.has('countingStatistics') ? copies : null;
    const sums: Record<Sampling, [Draws, Uint8Array | null]> = {
      frame: [simulated.frame, null],
      material: [simulated.material, null],
      images: [simulated.frame, scatter],
    };
    for (const m of into)
      for (const sampling of samplings) {
        const [draws, copies] = sums[sampling];
        const totals = m.runs.get(run)?.[sampling];
        if (totals) addImage(totals, { ...central, draws, copies });
      }
  }

  function distances(cavities: readonly { readonly x: number; readonly y: number }[]) {
    const centres = Float64Array.from(cavities.flatMap((c) => [c.x, c.y]));
    return edgeFreeDistance(centres, cavities.length, evidence.width, evidence.height);
  }

  function addDistances(k: number, centres: Float64Array, n: number): void {
    if (scale.nmPerPixel === null || k >= into[0]!.distance.sum.length) return;
    const { mean, n: used } = edgeFreeDistance(centres, n, evidence.width, evidence.height);
    if (!Number.isFinite(mean)) return;
    const spread = Math.sqrt(Math.log(1 + scale.pixelSizeUncertainty ** 2));
    const nm = scale.nmPerPixel * Math.exp(spread * sharedAll.pixelSize[k]!);
    for (const m of into) {
      m.distance.sum[k]! += mean * used * nm;
      m.distance.weight[k]! += used;
    }
  }
}

/** Interval at a nominal level around the median. */
export const intervalOf = (values: ArrayLike<number>, level: number): [low: number, middle: number, high: number] =>
  quantiles(values, [(1 - level) / 2, 0.5, (1 + level) / 2]) as [number, number, number];
