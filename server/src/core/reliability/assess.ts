import type { Candidates } from '../detection/candidates';
import { extractFeatures } from '../features/imageFeatures';
import { predictForest, rowWeights } from '../forest/packedForest';
import { treeShap } from '../forest/treeShap';
import { featureRanks } from './featureRanks';
import { foreignImage } from '../applicability/foreignImage';
import { scaleRow } from './fitForest';
import type { ReliabilityModel } from './model';
import { deviations, distance } from '../applicability/neighbours';
import { say, sentences } from '../text/sentences';
import { performancePairs, predictTargets, type PerformancePair, type Prediction } from './quantiles';
import { descriptionOf, forestReasons, formatFeature, imageReasons, typicalValue } from './reasons';

type Reliability = 'reliable' | 'review' | 'unreliable' | 'unknown';

export interface Thresholds {
  /** Predicted F1 below this is unreliable. */
  readonly low: number;
  /** Images with a predicted F1 below this are to be reviewed. */
  readonly review: number;
}

export interface Assessment {
  readonly outcome: 'estimated' | 'no-detections' | 'no-forest';
  readonly f1: number | null;
  readonly interval: { low: number; high: number; level: number } | null;
  readonly precision: Prediction | null;
  readonly recall: Prediction | null;
  /** Equally likely pairs of precision and recall, by rising recall; null where the forest does not predict them. */
  readonly performance: readonly PerformancePair[] | null;
  readonly reliability: Reliability;
  readonly features: Record<string, number> | null;
  /** F1 predicted from the paper's eight features alone; null if the model has no such forest. */
  readonly publishedF1: number | null;
  /** Exact SHAP values: the sum of them and `baseValue` is F1; null unless `explain` is set. */
  readonly explanation: {
    readonly baseValue: number;
    readonly contributions: Record<string, number>;
    /** See featureRanks; null without training rows. */
    readonly ranks: Record<string, number> | null;
  } | null;
  /** Reasons as sentences, the most important first. */
  readonly reasons: readonly string[];
  /** Whether the image or its features lie outside the applicability domain of the forest. */
  readonly outside: boolean;
}

export interface AssessInput {
  readonly candidates: Candidates;
  /** Indices of the candidates that are detections. */
  readonly accepted: ArrayLike<number>;
  /** Calibrated probabilities of all candidates; null where the model has no calibration. */
  readonly probabilities: ArrayLike<number> | null;
  readonly imageStatistics: ArrayLike<number>;
  readonly model: ReliabilityModel | null;
  readonly thresholds: Thresholds;
  /** Also compute SHAP values, which takes about ten milliseconds. */
  readonly explain?: boolean | undefined;
}

/** Features → scaler → forest → intervals → applicability → level and reasons. */
export function assessImage(input: AssessInput): Assessment {
  const { candidates, accepted, probabilities, imageStatistics, model, thresholds } = input;
  const extracted = extractFeatures(candidates, accepted, probabilities);
  const unknown = {
    f1: null,
    interval: null,
    precision: null,
    recall: null,
    performance: null,
    reliability: 'unknown',
    features: null,
    publishedF1: null,
    explanation: null,
    outside: false,
  } as const;
  const foreign = model ? foreignImage(imageStatistics, model.training?.imageNeighbours) : null;
  if (extracted.kind === 'no-detections')
    return {
      ...unknown,
      outcome: 'no-detections',
      reasons: [foreign ?? noDetections(probabilities)],
      outside: foreign !== null,
    };
  const features = Object.fromEntries(extracted.names.map((name, i) => [name, extracted.values[i]!]));
  if (!model)
    return {
      ...unknown,
      outcome: 'no-forest',
      features,
      reasons: [sentences.noForest],
    };
  const missing = model.features.find((name) => features[name] === undefined);
  if (missing !== undefined)
    return {
      ...unknown,
      outcome: 'no-forest',
      features,
      reasons: [say(sentences.noCalibration, descriptionOf(missing).label)],
    };
  const values = model.features.map((name) => features[name]!);
  const scaled = scaleRow(model.scaler, values);
  const { quantile } = model;
  const weights = quantile && rowWeights(model.forest, scaled, quantile.targets.f1.length);
  const predicted = weights && predictTargets(quantile, weights, accepted.length);
  const performance = weights && performancePairs(quantile, weights);
  const f1 = predicted ? predicted.f1.value : Math.min(1, Math.max(0, predictForest(model.forest, scaled)));
  const strange = strangeFeatures(model, values);
  const outside = foreign !== null || strange !== null;
  const reasons = [
    ...[foreign, strange, predicted ? null : sentences.noInterval].filter((r) => r !== null),
    ...(predicted && probabilities
      ? imageReasons({ candidates, accepted, probabilities, precision: predicted.precision, recall: predicted.recall })
      : forestReasons(model, values, scaled, f1)),
  ].slice(0, 3);
  return {
    outcome: 'estimated',
    f1,
    interval: predicted && { low: predicted.f1.low, high: predicted.f1.high, level: predicted.f1.level },
    precision: predicted?.precision ?? null,
    recall: predicted?.recall ?? null,
    performance,
    reliability: outside ? 'unknown' : level(f1, predicted ? predicted.f1.low : -Infinity, thresholds),
    features,
    publishedF1: publishedPrediction(model, extracted.values),
    explanation: input.explain ? explanationOf(model, values, scaled) : null,
    reasons,
    outside,
  };
}

function publishedPrediction({ published }: ReliabilityModel, values: Float64Array): number | null {
  if (!published) return null;
  const scaled = scaleRow(published.scaler, values.subarray(0, published.scaler.mean.length));
  return Math.min(1, Math.max(0, predictForest(published.forest, scaled)));
}

function explanationOf(
  model: ReliabilityModel,
  values: readonly number[],
  scaled: Float64Array,
): Assessment['explanation'] {
  if (model.forest.trees.some((t) => !t.weightedNodeSamples)) return null;
  const { baseValue, contributions } = treeShap(model.forest, scaled, model.features.length);
  const byName = (of: ArrayLike<number>) => Object.fromEntries(model.features.map((name, i) => [name, of[i]!]));
  const ranks = model.training && byName(featureRanks(model.training.featureNeighbours, values));
  return { baseValue, contributions: byName(contributions), ranks };
}

/** Sentence for an image without detections: probably empty, or with candidates that are too faint. */
function noDetections(probabilities: ArrayLike<number> | null): string {
  const expected = Array.from(probabilities ?? []).reduce((a, p) => a + p, 0);
  return expected < 1 ? sentences.noDetections : say(sentences.onlyFaint, Math.round(expected));
}

/** `reliable` also requires a sufficient lower bound of the interval. */
function level(f1: number, low: number, t: Thresholds): Reliability {
  if (f1 < t.low) return 'unreliable';
  return f1 >= t.review && low >= t.low ? 'reliable' : 'review';
}

function strangeFeatures(model: ReliabilityModel, values: ArrayLike<number>): string | null {
  const near = model.training?.featureNeighbours;
  if (!near) return farFromMean(model, values);
  if (distance(near, values) <= near.outside) return null;
  return outsideSentence(model, values, deviations(near, values)[0]!.column);
}

/** Without training rows, the distance is measured from the scaler's mean in units of its scale. */
function farFromMean(model: ReliabilityModel, values: ArrayLike<number>): string | null {
  const scaled = scaleRow(model.scaler, values);
  const column = scaled.findIndex((z) => Math.abs(z) > 6);
  if (column < 0 || model.scaler.mean.every((m) => m === 0)) return null;
  return outsideSentence(model, values, column);
}

const outsideSentence = (model: ReliabilityModel, values: ArrayLike<number>, column: number): string => {
  const { label } = descriptionOf(model.features[column]!);
  return say(sentences.outside, label, formatFeature(model, column, values[column]!), typicalValue(model, column));
};
