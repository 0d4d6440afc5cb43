import { boostingDefaults, fitBoostedTrees, predictBoosted, type BoostedTrees } from '../forest/gradientBoosting';
import { candidateFeatureCount } from './candidateFeatures';

/** Converts a detector's candidates to probabilities of being a true cavity; fitted together with its forest. */
export interface Calibration {
  readonly features: readonly string[];
  readonly boosted: BoostedTrees;
}

/** Candidates of one image with their labels. */
export interface CalibrationImage {
  /** N × candidateFeatureCount. */
  readonly features: Float32Array;
  /** N labels: 1 true, 0 false, between 0 and 1 if only the count is known; NaN for candidates that are ignored. */
  readonly labels: Float32Array;
  /** Factor of the image's weight, 1 for most. */
  readonly weight: number;
}

/**
 * Probabilities of being a true cavity, 0–1, of all candidates of an image.
 * @param features N × candidateFeatureCount, see candidateFeatures
 */
export function probabilitiesOf(calibration: Calibration, features: Float32Array): Float32Array {
  return Float32Array.from({ length: features.length / candidateFeatureCount }, (_, i) =>
    predictBoosted(calibration.boosted, features, i * candidateFeatureCount),
  );
}

/** The weight of each image is √(number of its candidates), so that dense images do not dominate sparse ones. */
export function fitCalibration(images: readonly CalibrationImage[], names: readonly string[]): Calibration {
  const total = images.reduce((n, i) => n + i.labels.filter((l) => !Number.isNaN(l)).length, 0);
  const x = new Float32Array(total * candidateFeatureCount);
  const y = new Float32Array(total);
  const weight = new Float64Array(total);
  let row = 0;
  for (const { features, labels, weight: factor } of images)
    for (let i = 0; i < labels.length; i++) {
      if (Number.isNaN(labels[i]!)) continue;
      x.set(features.subarray(i * candidateFeatureCount, (i + 1) * candidateFeatureCount), row * candidateFeatureCount);
      y[row] = labels[i]!;
      weight[row++] = factor / Math.sqrt(labels.length);
    }
  const scale = total / weight.reduce((a, b) => a + b, 0);
  return {
    features: names,
    boosted: fitBoostedTrees(
      { x, width: candidateFeatureCount, y, weight: weight.map((w) => w * scale) },
      // Small leaves would fit single images, because all candidates of an image have the same image features.
      { ...boostingDefaults, minSamplesLeaf: Math.min(200, Math.max(20, Math.floor(total / 100))) },
    ),
  };
}
