import type { Forest } from '../forest/forest';
import { trainForest, type ForestOptions } from '../forest/trainForest';
import { createRandom } from '../random';
import { fitNeighbours, type NeighbourModel } from './neighbours';

/** Everything learned from labelled images: scaler, forest, out-of-bag residuals and the limits of experience. */
export interface ReliabilityModel {
  readonly schema: 'tem-gauge/forest@1';
  /** Id of the detector whose results it was fitted on; null where an imported forest does not tell. */
  readonly detector: string | null;
  readonly target: 'f1';
  readonly features: readonly string[];
  readonly scaler: { readonly mean: readonly number[]; readonly scale: readonly number[] };
  readonly forest: Forest;
  /** Out-of-bag predictions in rising order, with their residuals (true − predicted). */
  readonly oob: { readonly predicted: readonly number[]; readonly residual: readonly number[] } | null;
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
  readonly oob: NonNullable<ReliabilityModel['oob']>;
  readonly training: NonNullable<ReliabilityModel['training']>;
}

export interface TrainingRow {
  readonly features: Float64Array;
  /** Names of the features, equal in all rows. */
  readonly names: readonly string[];
  readonly f1: number;
  /** Domain, material or microscope, for grouped splits. */
  readonly group: string;
  readonly imageStatistics: Float64Array;
}

/** The same rows with the first features alone: the published eight stand first. */
export const firstFeatures = (rows: readonly TrainingRow[], count: number): TrainingRow[] =>
  rows.map((r) => ({ ...r, features: r.features.slice(0, count), names: r.names.slice(0, count) }));

export const forestDefaults: ForestOptions = { nEstimators: 100, maxFeatures: 3, minSamplesLeaf: 3 };

/** StandardScaler: mean and population standard deviation, 1 where a column is constant. */
export function fitScaler(rows: readonly ArrayLike<number>[]): { mean: number[]; scale: number[] } {
  const columns = rows[0]!.length;
  const mean = Array.from({ length: columns }, (_, c) => rows.reduce((s, r) => s + r[c]!, 0) / rows.length);
  const scale = mean.map((m, c) => Math.sqrt(rows.reduce((s, r) => s + (r[c]! - m) ** 2, 0) / rows.length) || 1);
  return { mean, scale };
}

export const scaleRow = (scaler: ReliabilityModel['scaler'], row: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: row.length }, (_, c) => (row[c]! - scaler.mean[c]!) / scaler.scale[c]!);

/**
 * Fits the whole model; equal rows and seed give equal bytes.
 * @throws RangeError with fewer than 20 rows.
 */
export function fitReliabilityModel(
  rows: readonly TrainingRow[],
  detector: string,
  seed: number,
  options: ForestOptions = forestDefaults,
): FittedModel {
  if (rows.length < 20)
    throw new RangeError(`A forest needs at least 20 labelled images with detections; there are ${rows.length}.`);
  const features = rows.map((r) => r.features);
  const { scaler, forest, oob } = fitScaledForest(rows, seed, options);
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
    oob,
    training: {
      rows: rows.length,
      seed,
      options,
      medians: scaler.mean.map((_, c) => column(c)[features.length >> 1]!),
      featureNeighbours: fitNeighbours(features, 300, 0.998, 1.5),
      // Synthetic pictures vary more than real ones: their outermost three hundredths are no guide to what is a micrograph.
      imageNeighbours: fitNeighbours(
        rows.map((r) => r.imageStatistics),
        400,
        0.97,
        1,
      ),
    },
  };
}

/** Scaler, forest and out-of-bag residuals of rows. */
export function fitScaledForest(rows: readonly TrainingRow[], seed: number, options: ForestOptions = forestDefaults) {
  const scaler = fitScaler(rows.map((r) => r.features));
  const y = rows.map((r) => r.f1);
  const scaled = rows.map((r) => scaleRow(scaler, r.features));
  const { forest, oobPredictions } = trainForest(scaled, y, options, createRandom(seed));
  return { scaler, forest, oob: oobResiduals(y, oobPredictions) };
}

/** Out-of-bag predictions in rising order with their residuals; rows that every tree saw are left out. */
function oobResiduals(y: readonly number[], predictions: ArrayLike<number>): FittedModel['oob'] {
  const pairs = y
    .map((truth, i) => ({ p: predictions[i]!, r: truth - predictions[i]! }))
    .filter((v) => Number.isFinite(v.p))
    .sort((a, b) => a.p - b.p);
  return { predicted: pairs.map((v) => round(v.p)), residual: pairs.map((v) => round(v.r)) };
}

const round = (v: number) => Math.round(v * 1e6) / 1e6;
