import type { Forest } from '../forest/forest';
import type { ForestOptions } from '../forest/trainForest';
import type { Calibration } from '../calibration/calibration';
import type { NeighbourModel } from '../applicability/neighbours';
import type { QuantileData } from './quantiles';

/** Everything fitted on labelled images: calibration, scaler, quantile forest and the applicability domain. */
export interface ReliabilityModel {
  readonly schema: 'tem-gauge/forest@1';
  /** Id of the detector on whose results it was fitted; null if an imported forest does not contain it. */
  readonly detector: string | null;
  readonly target: 'f1';
  readonly features: readonly string[];
  readonly scaler: { readonly mean: readonly number[]; readonly scale: readonly number[] };
  readonly forest: Forest;
  /** Null for an imported forest: without its training rows there are no intervals, no precision and no recall. */
  readonly quantile: QuantileData | null;
  /** Null if all features are the paper's. */
  readonly calibration: Calibration | null;
  /** A forest of the paper's eight features fitted on the same rows, reported for comparison; null if there is none. */
  readonly published: { readonly scaler: ReliabilityModel['scaler']; readonly forest: Forest } | null;
  /** Null for an imported forest, which has no training rows. */
  readonly training: {
    readonly rows: number;
    readonly seed: number;
    readonly options: ForestOptions;
    readonly medians: readonly number[];
    readonly featureNeighbours: NeighbourModel;
    readonly imageNeighbours: NeighbourModel;
  } | null;
  /** Source of an imported forest. */
  readonly source?: { readonly file: string; readonly sha256: string; readonly description: string } | undefined;
}

/** A model that was fitted here; an imported one may lack some of these parts. */
export interface FittedModel extends ReliabilityModel {
  readonly detector: string;
  readonly quantile: QuantileData;
  readonly training: NonNullable<ReliabilityModel['training']>;
}

export interface TrainingRow {
  readonly features: Float64Array;
  /** Names of the features, the same in all rows. */
  readonly names: readonly string[];
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly detections: number;
  /** Domain, material or microscope, for grouped splits. */
  readonly group: string;
  readonly imageStatistics: Float64Array;
  /** The applicability domain of images is fitted without it. */
  readonly forestOnly?: boolean;
}

/** The rows with their first `count` features; the published eight come first. */
export const firstFeatures = (rows: readonly TrainingRow[], count: number): TrainingRow[] =>
  rows.map((r) => ({ ...r, features: r.features.slice(0, count), names: r.names.slice(0, count) }));
