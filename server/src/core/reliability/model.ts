import { publishedFeatures } from '../features/published8';
import type { Forest } from '../forest/forest';
import type { ForestOptions } from '../forest/trainForest';
import type { Calibration } from '../calibration/calibration';
import { chooseTails } from './crossValidate';
import { fitScaledForest, forestDefaults, round, targetsOf } from './fitForest';
import { comparedStatistics } from '../applicability/imageStatistics';
import { fitNeighbours, type NeighbourModel } from '../applicability/neighbours';
import type { QuantileData } from './quantiles';

/** Everything learned from labelled images: calibration, scaler, quantile forest and the applicability domain. */
export interface ReliabilityModel {
  readonly schema: 'tem-gauge/forest@1';
  /** Id of the detector whose results it was fitted on; null where an imported forest does not tell. */
  readonly detector: string | null;
  readonly target: 'f1';
  readonly features: readonly string[];
  readonly scaler: { readonly mean: readonly number[]; readonly scale: readonly number[] };
  readonly forest: Forest;
  /** Null for an imported forest: without its training rows there are no intervals, no precision and no recall. */
  readonly quantile: QuantileData | null;
  /** Null where the features are those of the paper alone. */
  readonly calibration: Calibration | null;
  /** A forest of the paper's eight features fitted on the same rows, reported beside; null where there is none. */
  readonly published: { readonly scaler: ReliabilityModel['scaler']; readonly forest: Forest } | null;
  /** Null for an imported forest: its training rows are not at hand. */
  readonly training: {
    readonly rows: number;
    readonly seed: number;
    readonly options: ForestOptions;
    readonly medians: readonly number[];
    readonly featureNeighbours: NeighbourModel;
    readonly imageNeighbours: NeighbourModel;
  } | null;
  /** Where an imported forest comes from. */
  readonly source?: { readonly file: string; readonly sha256: string; readonly description: string } | undefined;
}

/** A model fitted here, with all that an imported one may lack. */
export interface FittedModel extends ReliabilityModel {
  readonly detector: string;
  readonly quantile: QuantileData;
  readonly training: NonNullable<ReliabilityModel['training']>;
}

export interface TrainingRow {
  readonly features: Float64Array;
  /** Names of the features, equal in all rows. */
  readonly names: readonly string[];
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly detections: number;
  /** Domain, material or microscope, for grouped splits. */
  readonly group: string;
  readonly imageStatistics: Float64Array;
}

/** The same rows with the first features alone: the published eight come first. */
export const firstFeatures = (rows: readonly TrainingRow[], count: number): TrainingRow[] =>
  rows.map((r) => ({ ...r, features: r.features.slice(0, count), names: r.names.slice(0, count) }));

/**
 * Fits the whole model; equal rows and seed give equal bytes.
 * @throws RangeError with fewer than 20 rows.
 */
export function fitReliabilityModel(
  rows: readonly TrainingRow[],
  detector: string,
  seed: number,
  calibration: Calibration | null = null,
): FittedModel {
  if (rows.length < 20)
    throw new RangeError(`A forest needs at least 20 labelled images with detections; there are ${rows.length}.`);
  const features = rows.map((r) => r.features);
  const { scaler, forest } = fitScaledForest(rows, seed);
  const column = (c: number) => features.map((f) => f[c]!).sort((a, b) => a - b);
  return {
    schema: 'tem-gauge/forest@1',
    detector,
    target: 'f1',
    features: rows[0]!.names,
    scaler,
    forest: {
      trees: forest.trees.map((t) => ({ ...t, value: t.value.map(round), threshold: t.threshold.map(round) })),
    },
    quantile: { targets: targetsOf(rows), tails: chooseTails(rows, seed) },
    calibration,
    published: calibration && publishedForest(rows, seed),
    training: {
      rows: rows.length,
      seed,
      options: forestDefaults(rows[0]!.names.length),
      medians: scaler.mean.map((_, c) => column(c)[features.length >> 1]!),
      featureNeighbours: fitNeighbours(features, 300, 0.99, 1),
      // Synthetic images vary more than real ones: the limit is the 97th percentile of the training distances.
      imageNeighbours: fitNeighbours(
        rows.map((r) => r.imageStatistics.subarray(0, comparedStatistics)),
        400,
        0.97,
        1,
      ),
    },
  };
}

function publishedForest(rows: readonly TrainingRow[], seed: number): ReliabilityModel['published'] {
  const { scaler, forest } = fitScaledForest(firstFeatures(rows, publishedFeatures.length), seed);
  // Only its prediction is shown: neither training rows nor sample counts are needed.
  const trees = forest.trees.map(({ childrenLeft, childrenRight, feature, threshold, value }) => ({
    childrenLeft,
    childrenRight,
    feature,
    threshold: threshold.map(round),
    value: value.map(round),
  }));
  return { scaler, forest: { trees } };
}
