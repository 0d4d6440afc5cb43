import type { Instances } from '../detection/instances';
import { acceptedFraction, extractFeatures, imageFeatures } from '../features/imageFeatures';
import { pathContributions, predictForest } from '../forest/forest';
import { imageStatisticNames } from './imageStatistics';
import { residualInterval } from './interval';
import { scaleRow, type ReliabilityModel } from './model';
import { deviations, distance } from './neighbours';

export type Reliability = 'reliable' | 'review' | 'unreliable' | 'unknown';

export interface Thresholds {
  /** Predicted F1 below this is unreliable. */
  readonly low: number;
  /** Predicted F1 below this is for review. */
  readonly review: number;
}

export interface Assessment {
  readonly outcome: 'estimated' | 'no-detections' | 'no-forest';
  readonly f1: number | null;
  readonly interval: { low: number; high: number; level: number } | null;
  readonly reliability: Reliability;
  readonly features: Record<string, number> | null;
  /** Main reason first, whole sentences. */
  readonly reasons: readonly string[];
  /** The image or its features lie outside the forest's experience. */
  readonly outside: boolean;
}

export interface AssessInput {
  readonly instances: Instances;
  readonly imageStatistics: ArrayLike<number>;
  readonly model: ReliabilityModel | null;
  readonly thresholds: Thresholds;
}

/** Features → scaler → forest → interval → applicability → level, with reasons in words. */
export function assessImage({ instances, imageStatistics, model, thresholds }: AssessInput): Assessment {
  const extracted = extractFeatures(instances);
  const unknown = { f1: null, interval: null, reliability: 'unknown', features: null, outside: false } as const;
  const foreign = model ? foreignImage(model, imageStatistics) : null;
  if (extracted.kind === 'no-detections')
    return {
      ...unknown,
      outcome: 'no-detections',
      reasons: [foreign ?? 'No cavities were detected, so F1 cannot be predicted.'],
      outside: foreign !== null,
    };
  const features = Object.fromEntries(extracted.names.map((name, i) => [name, extracted.values[i]!]));
  if (!model)
    return {
      ...unknown,
      outcome: 'no-forest',
      features,
      reasons: ['This detector has no forest fitted on its results, so F1 cannot be predicted.'],
    };
  const missing = model.features.find((name) => features[name] === undefined);
  if (missing !== undefined)
    return {
      ...unknown,
      outcome: 'no-forest',
      features,
      reasons: [`The forest asks for the ${descriptionOf(missing).label}, which this detector does not tell.`],
    };
  const values = model.features.map((name) => features[name]!);
  const scaled = scaleRow(model.scaler, values);
  const f1 = Math.min(1, Math.max(0, predictForest(model.forest, scaled)));
  const interval = model.oob && residualInterval(model.oob, f1);
  const strange = strangeFeatures(model, values);
  const outside = foreign !== null || strange !== null;
  const reasons = [
    ...[
      foreign,
      strange,
      interval ? null : 'The forest was imported without residuals, so no interval can be given.',
    ].filter((r) => r !== null),
    ...explain(model, values, scaled, f1),
  ].slice(0, 3);
  return {
    outcome: 'estimated',
    f1,
    interval,
    reliability: outside ? 'unknown' : level(f1, interval ? interval.low : -Infinity, thresholds),
    features,
    reasons,
    outside,
  };
}

/** Reliable asks the lower bound too, so that one lucky number never suffices. */
function level(f1: number, low: number, t: Thresholds): Reliability {
  if (f1 < t.low) return 'unreliable';
  return f1 >= t.review && low >= t.low ? 'reliable' : 'review';
}

function foreignImage(model: ReliabilityModel, statistics: ArrayLike<number>): string | null {
  const at = (name: (typeof imageStatisticNames)[number]) => statistics[imageStatisticNames.indexOf(name)]!;
  if (at('logStd') < Math.log(1.5) || at('flat') > 0.97) return 'The image is blank: it has hardly any contrast.';
  if (at('colourfulness') > 6) return 'The image is coloured: it does not look like a micrograph.';
  if (at('correlation1') < 0.08 && Math.abs(at('correlation8')) < 0.03)
    return 'The image is pure noise: neighbouring pixels have nothing in common.';
  if (at('textureSpread') > 1.05)
    return 'The image has smooth and rough parts, as photographs have: it does not look like a micrograph.';
  const near = model.training?.imageNeighbours;
  if (!near || distance(near, statistics) <= near.outside) return null;
  return 'The image does not look like the micrographs the forest learned from.';
}

function strangeFeatures(model: ReliabilityModel, values: ArrayLike<number>): string | null {
  const near = model.training?.featureNeighbours;
  if (!near) return farFromMean(model, values);
  if (distance(near, values) <= near.outside) return null;
  return outsideSentence(model, values, deviations(near, values)[0]!.column);
}

/** Without training rows the scaler still tells where they lay. */
function farFromMean(model: ReliabilityModel, values: ArrayLike<number>): string | null {
  const scaled = scaleRow(model.scaler, values);
  const column = scaled.findIndex((z) => Math.abs(z) > 6);
  if (column < 0 || model.scaler.mean.every((m) => m === 0)) return null;
  return outsideSentence(model, values, column);
}

const outsideSentence = (model: ReliabilityModel, values: ArrayLike<number>, column: number): string =>
  `Outside the forest’s experience: the ${labelOf(model, column)} is ${format(model, column, values[column]!)} (${typical(model, column)}).`;

function typical(model: ReliabilityModel, column: number): string {
  return model.training
    ? `training median ${format(model, column, model.training.medians[column]!)}`
    : `training mean ${format(model, column, model.scaler.mean[column]!)}`;
}

/** The features that moved the prediction most, as sentences with the numbers. */
function explain(model: ReliabilityModel, values: ArrayLike<number>, scaled: Float64Array, f1: number): string[] {
  const contributions = pathContributions(model.forest, scaled, model.features.length);
  const mean = f1 - contributions.reduce((a, b) => a + b, 0);
  const sign = f1 >= mean ? 1 : -1;
  return [...contributions]
    .map((value, column) => ({ value, column }))
    .filter((c) => c.value * sign > 0.005)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, 3)
    .map(({ column, value }) => {
      const text = `${labelOf(model, column)} ${format(model, column, values[column]!)} (${typical(model, column)})`;
      return `${text[0]!.toUpperCase()}${text.slice(1)} ${value > 0 ? 'raises' : 'lowers'} the prediction by ${Math.abs(value).toFixed(2)}.`;
    });
}

const descriptionOf = (name: string) => imageFeatures.find((f) => f.name === name)!;
const labelOf = (model: ReliabilityModel, column: number) => descriptionOf(model.features[column]!).label;

function format(model: ReliabilityModel, column: number, value: number): string {
  const name = model.features[column]!;
  if (name === 'detectionCount') return String(Math.round(value));
  if (name === 'fractionAbove09' || name === acceptedFraction.name) return `${(100 * value).toFixed(0)} %`;
  if (name === 'areaRatio' || name.endsWith('BoxArea')) return `${(100 * value).toPrecision(2)} %`;
  return value.toFixed(2);
}
