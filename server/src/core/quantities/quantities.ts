import { causeFractions, causes, type CauseFractions } from './causes';
import { variance } from './draws';
import { intervalOf, type Measurement } from './measure';
import type { Sampling, Totals } from './totals';

/** A number with its interval and the causes of its uncertainty. */
export interface Quantity {
  /** Median over the draws. */
  readonly value: number;
  /** Bounds of the interval; null if the model has no calibration. */
  readonly low: number | null;
  readonly high: number | null;
  /** Nominal coverage of the interval, 0–1. */
  readonly level: number;
  readonly unit: string;
  /** Fractions of the variance, 0–1. */
  readonly causes: CauseFractions;
  /** The same from the accepted detections without correction, as in the published method. */
  readonly detected: number;
}

const intervalLevel = 0.9;

/** Fewest detections that are not cut by the frame for a deviation of diameters. */
const leastWhole = 3;

/** Why a quantity is not available, in sentences; the editor translates them by these texts. */
export const unavailable = {
  noImage: 'No image could be measured.',
  noScale: 'The pixel size is unknown.',
  noThickness: 'The foil thickness is unknown.',
  noCavity: 'No cavity was detected.',
  noWhole: 'No cavity lies whole in the frame.',
  fewWhole: `Fewer than ${leastWhole} cavities lie whole in the frame.`,
  fewerThanTwo: 'Fewer than two cavities were detected.',
  moreThanFoil: 'The cavities have more volume than a foil of this thickness.',
} as const;

interface Definition {
  readonly unit: string;
  /** Name for display. */
  readonly title: string;
  readonly needs: 'nothing' | 'scale' | 'foil';
  /** Minimum number of detections that are not cut by the frame. */
  readonly least?: number;
  /** A count in the frames: a whole number without counting statistics. */
  readonly whole?: boolean;
  /** Value of draw k; NaN where it is not defined. */
  readonly of: (t: Totals, k: number) => number;
}

const perWhole = (name: 'diameter' | 'feret') => (t: Totals, k: number) =>
  t.scaled.whole[k]! > 0 ? t.scaled[name][k]! / t.scaled.whole[k]! : NaN;

/** Volume of spheres of the cavities' diameters, in nm³. */
const volume = (t: Totals, k: number) => (Math.PI / 6) * t.foilCube[k]!;

/** Definitions after Li et al. 2025 (densities, Heywood circularity, swelling); see docs/quantities.md. */
const definitions = {
  count: { unit: '', title: 'Cavities', needs: 'nothing', whole: true, of: (t, k) => t.plain.count[k]! },
  arealDensity: {
    unit: '1e-4 nm^-2',
    title: 'Areal density',
    needs: 'scale',
    of: (t, k) => (1e4 * t.scaled.count[k]!) / t.frameNm[k]!,
  },
  numberDensity: {
    unit: 'm^-3',
    title: 'Number density',
    needs: 'foil',
    of: (t, k) => (1e27 * t.foilCount[k]!) / t.foilNm[k]!,
  },
  meanDiameterNm: { unit: 'nm', title: 'Mean diameter', needs: 'scale', of: perWhole('diameter') },
  diameterStdNm: {
    unit: 'nm',
    title: 'Standard deviation of the diameters',
    needs: 'scale',
    // Not meaningful with one or two cavities.
    least: leastWhole,
    of: (t, k) => {
      const mean = perWhole('diameter')(t, k);
      return Math.sqrt(Math.max(0, t.scaled.square[k]! / t.scaled.whole[k]! - mean * mean));
    },
  },
  feretMaxNm: { unit: 'nm', title: 'Mean Feret diameter', needs: 'scale', of: perWhole('feret') },
  heywood: {
    unit: '',
    title: 'Heywood circularity',
    needs: 'nothing',
    of: (t, k) => (t.plain.whole[k]! > 0 ? t.plain.heywood[k]! / t.plain.whole[k]! : NaN),
  },
  arealFraction: {
    unit: '',
    title: 'Areal fraction',
    needs: 'nothing',
    of: (t, k) => Math.min(1, t.plain.area[k]! / t.framePx[k]!),
  },
  swellingPercent: {
    unit: '%',
    title: 'Swelling',
    needs: 'foil',
    // Spheres with more volume than the foil: the thickness of this draw is impossible.
    of: (t, k) => (t.foilNm[k]! > volume(t, k) ? (100 * volume(t, k)) / (t.foilNm[k]! - volume(t, k)) : NaN),
  },
} satisfies Record<string, Definition>;

export type QuantityName = keyof typeof definitions | 'neighbourDistanceNm';
export const quantityNames = [...Object.keys(definitions), 'neighbourDistanceNm'] as QuantityName[];
/** Title of a quantity in English, for reports. */
export const quantityTitle = (name: QuantityName): string =>
  name === 'neighbourDistanceNm' ? 'Distance to the nearest neighbour' : definitions[name].title;

/** Either a quantity or the reason why it is not available, in one sentence. */
type QuantityOrReason = Quantity | { readonly reason: string };
export type Quantities = Readonly<Record<QuantityName, QuantityOrReason>>;

/**
 * The quantities of a measurement with their intervals, or the reason why one is unknown.
 * @param sampling see totals.ts
 */
export function quantitiesOf(m: Measurement, sampling: Sampling): Quantities {
  const out = Object.entries(definitions).map(([name, d]) => [name, quantityOf(m, d, sampling)]);
  return { ...Object.fromEntries(out), neighbourDistanceNm: distanceOf(m) } as Quantities;
}

function quantityOf(
  m: Measurement,
  { unit, needs, least = 0, whole, of }: Definition,
  sampling: Sampling,
): QuantityOrReason {
  const missing = missingFor(m, needs);
  if (missing) return { reason: missing };
  if (m.detections - m.cut < least) return { reason: unavailable.fewWhole };
  const detected = of(m.detected, 0);
  const none = whyUndefined(m, of === definitions.swellingPercent.of);
  if (!m.calibrated) {
    if (!Number.isFinite(detected)) return { reason: none };
    return { value: detected, low: null, high: null, level: intervalLevel, unit, causes: {}, detected };
  }
  const values = (run: 'all' | (typeof causes)[number], of_: Sampling) => {
    const totals = m.runs.get(run)?.[of_];
    if (!totals) return new Float64Array();
    return Float64Array.from(totals.framePx, (_, k) => of(totals, k));
  };
  const frame = values('all', 'frame');
  // Without any detection, a size would be a guess from rejected candidates.
  if (!Number.isFinite(detected) || frame.filter(Number.isFinite).length < frame.length / 2) return { reason: none };
  const [, value] = intervalOf(frame, intervalLevel);
  const about = whole ? 'frame' : sampling;
  const [low, , high] = intervalOf(about === 'frame' ? frame : values('all', about), intervalLevel);
  const fractions = causeFractions(Object.fromEntries(causes.map((c) => [c, variance(values(c, about))])));
  const rounded = whole ? Math.round : (v: number) => v;
  return {
    value: rounded(value),
    low: rounded(Math.min(low, value)),
    high: rounded(Math.max(high, value)),
    level: intervalLevel,
    unit,
    causes: fractions,
    detected,
  };
}

/** Why a quantity has no value although pixel size and thickness are known. */
function whyUndefined(m: Measurement, swelling: boolean): string {
  if (m.detections === 0) return unavailable.noCavity;
  return swelling && m.detections > m.cut ? unavailable.moreThanFoil : unavailable.noWhole;
}

/** The simulation of the distances includes all causes together, so their fractions are not available. */
function distanceOf(m: Measurement): QuantityOrReason {
  const missing = missingFor(m, 'scale');
  if (missing) return { reason: missing };
  const [sum, weight] = m.distance.detected;
  const detected = sum / weight;
  if (!Number.isFinite(detected)) return { reason: unavailable.fewerThanTwo };
  const common = { level: intervalLevel, unit: 'nm', causes: {}, detected };
  if (!m.calibrated) return { value: detected, low: null, high: null, ...common };
  const [low, value, high] = intervalOf(Float64Array.from(m.distance.sum, (s, k) => s / m.distance.weight[k]!), intervalLevel); // prettier-ignore
  return { value, low, high, ...common };
}

function missingFor(m: Measurement, needs: Definition['needs']): string | null {
  if (m.images === 0) return unavailable.noImage;
  if (needs === 'nothing') return null;
  if (m.scaledImages === 0) return unavailable.noScale;
  if (needs === 'foil' && m.foilImages === 0) return unavailable.noThickness;
  return null;
}
