import { trainForest, type ForestOptions } from '../forest/trainForest';
import { createRandom } from '../random';
import type { ReliabilityModel, TrainingRow } from './model';
import { targetNames, type QuantileData } from './quantiles';

/** A third of the features at each split gave the lowest error; for the published eight that is three. */
export const forestDefaults = (features: number): ForestOptions => ({
  nEstimators: 100,
  maxFeatures: Math.ceil(0.36 * features),
  minSamplesLeaf: 3,
});

/** StandardScaler: mean and population standard deviation, 1 where a column is constant. */
export function fitScaler(rows: readonly ArrayLike<number>[]): { mean: number[]; scale: number[] } {
  const columns = rows[0]!.length;
  const mean = Array.from({ length: columns }, (_, c) => rows.reduce((s, r) => s + r[c]!, 0) / rows.length);
  const scale = mean.map((m, c) => Math.sqrt(rows.reduce((s, r) => s + (r[c]! - m) ** 2, 0) / rows.length) || 1);
  return { mean, scale };
}

/** Standardizes a row of features, like scikit-learn’s StandardScaler. */
export const scaleRow = (scaler: ReliabilityModel['scaler'], row: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: row.length }, (_, c) => (row[c]! - scaler.mean[c]!) / scaler.scale[c]!);

/** Fits scaler and forest; the forest is grown on F1 and keeps its rows to predict the other targets. */
export function fitScaledForest(rows: readonly TrainingRow[], seed: number) {
  const scaler = fitScaler(rows.map((r) => r.features));
  const y = rows.map((r) => r.f1);
  const scaled = rows.map((r) => scaleRow(scaler, r.features));
  const forest = trainForest(scaled, y, forestDefaults(rows[0]!.names.length), createRandom(seed));
  return { scaler, forest };
}

/** F1, precision and recall of the rows, rounded to six decimals, as the forest package stores them. */
export const targetsOf = (rows: readonly TrainingRow[]): QuantileData['targets'] => {
  const [f1, precision, recall] = targetNames.map((t) => rows.map((r) => round(r[t])));
  return { f1: f1!, precision: precision!, recall: recall! };
};

export const round = (v: number) => Math.round(v * 1e6) / 1e6;
