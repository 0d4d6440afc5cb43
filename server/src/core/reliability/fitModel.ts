import { comparedStatistics } from '../applicability/imageStatistics';
import { fitNeighbours } from '../applicability/neighbours';
import type { Calibration } from '../calibration/calibration';
import { publishedFeatures } from '../features/published8';
import { chooseTails } from './crossValidate';
import { fitScaledForest, forestDefaults, round, targetsOf } from './fitForest';
import { firstFeatures, type FittedModel, type ReliabilityModel, type TrainingRow } from './model';

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
        rows.filter((r) => !r.forestOnly).map((r) => r.imageStatistics.subarray(0, comparedStatistics)),
        400,
        0.97,
        1,
      ),
    },
  };
}

function publishedForest(rows: readonly TrainingRow[], seed: number): ReliabilityModel['published'] {
  const { scaler, forest } = fitScaledForest(firstFeatures(rows, publishedFeatures.length), seed);
  // Only its prediction is shown, which requires neither training rows nor sample counts.
  const trees = forest.trees.map(({ childrenLeft, childrenRight, feature, threshold, value }) => ({
    childrenLeft,
    childrenRight,
    feature,
    threshold: threshold.map(round),
    value: value.map(round),
  }));
  return { scaler, forest: { trees } };
}
