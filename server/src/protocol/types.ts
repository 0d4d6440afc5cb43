/** Plain data that crosses a process boundary: LSP, CLI output, reports. Imports only the vocabulary. */

import type { FindingCode, FindingSeverity, Grouping, Outcome, Reliability } from './vocabulary';

export type { FindingSeverity, Outcome, Reliability };

/** COCO run-length encoding, compressed counts; size is [height, width]. */
export interface RleDto {
  size: [number, number];
  counts: string;
}

export interface DetectionDto {
  /** [x0, y0, x1, y1] in pixels of the original image. */
  box: [number, number, number, number];
  score: number;
  /** Calibrated probability of being a true cavity, 0–1; null where the model has no calibration. */
  probability: number | null;
  category: string;
  segmentation: RleDto | null;
}

/** A predicted quantity with its interval, all 0–1. */
export interface PredictionDto {
  value: number;
  low: number;
  high: number;
  /** Nominal coverage of the interval, e.g. 0.9. */
  level: number;
}

/**
 * The eight features of Li et al. 2025 by readable name, in their order, then those of the candidates
 * (core/features/imageFeatures); fractions are 0–1, areas relative to the image.
 */
export type FeaturesDto = Record<string, number>;

export interface ImageDto {
  width: number;
  height: number;
  bitDepth: number;
  nmPerPixel: number | null;
  /** Only where the file has another size along y; `nmPerPixel` is then the one along x. */
  nmPerPixelY?: number;
  /** Where the pixel size comes from: 'tiff-tags' | 'sidecar' | 'setting' …; null when unknown. */
  nmPerPixelSource: string | null;
  /**
   * Foil thickness in nm from the file or the table beside it, its standard deviation over its value, and its source.
   */
  thicknessNm?: number;
  thicknessUncertainty?: number;
  thicknessSource?: 'file' | 'table';
  /** Frame of a file with several images, counted from 0, and how many there are; absent where there is one. */
  frame?: number;
  frames?: number;
}

export interface IntervalDto {
  low: number;
  high: number;
  /** Nominal coverage, 0–1, e.g. 0.9. */
  level: number;
}

export interface TimingDto {
  decodeMs: number;
  /** Zero when the detections came from the cache. */
  detectMs: number;
  totalMs: number;
}

export interface FindingDto {
  code: FindingCode;
  severity: FindingSeverity;
  /** One sentence with the numbers and the main reason. */
  message: string;
}

/** One answer for one image; the CLI prints it as one JSON line (schema `tem-gauge/estimate@1`). */
export interface EstimateDto {
  schema: 'tem-gauge/estimate@1';
  file: string;
  outcome: Outcome;
  /** One sentence: the main reason for the level, or why there is no estimate. */
  reason: string;
  f1: number | null;
  interval: IntervalDto | null;
  /** Fraction of the detections that are true cavities; null where the forest does not predict it. */
  precision: PredictionDto | null;
  /** Fraction of the true cavities that were detected; null where the forest does not predict it. */
  recall: PredictionDto | null;
  /** F1 predicted by a forest of the paper's eight features, for comparison; null if the model has none. */
  publishedF1: number | null;
  reliability: Reliability;
  features: FeaturesDto | null;
  image: ImageDto | null;
  detections: DetectionDto[];
  /** Rejected candidates, only if requested. */
  candidates?: DetectionDto[];
  timing: TimingDto;
  model: { detector: string; forest: string | null };
}

/** The estimate with everything that the preview shows. */
export interface EstimateViewDto extends EstimateDto {
  uri: string;
  /** Key of the file's bytes, as in `PreviewDto`: equal keys, same picture; null where the file could not be read. */
  imageKey: string | null;
  /** sha256 of content ⊕ detector ⊕ options: equal keys, equal detections. */
  contentKey: string | null;
  /** Description of each feature, by its name. */
  featureLabels?: Record<string, string>;
  /** Exact SHAP values by feature: with `baseValue` they sum to F1; null without a forest that allows them. */
  explanation: {
    baseValue: number;
    contributions: Record<string, number>;
    /** Fraction of the training images with a smaller value, by feature, 0 to 1; null without training rows. */
    ranks?: Record<string, number> | null;
  } | null;
  /** Plain-word reasons, most important first. */
  reasons: string[];
  findings: FindingDto[];
  /**
   * The closed outlines of each detection's mask, same order: rings of x0,y0,x1,y1,… in original pixels, holes among
   * them; empty when the model has no masks.
   */
  outlines: number[][][];
  /** The thresholds of the level, for the badge. */
  thresholds?: { low: number; review: number };
  /** How the network sees the image (core/detection/detectorView); null where that is not known. */
  view?: { tiles: number; tileSize: number; scale: number; smallest: number } | null;
  /** True cavities where labels lie beside the image; null without labels. */
  truth?: TruthDto | null;
}

/**
 * Labelled cavities of an image, matched with the accepted detections by the paper's rule (box IoU of at least 0.1).
 */
export interface TruthDto {
  boxes: DetectionDto['box'][];
  /** For each true box: whether a detection found it. */
  found: boolean[];
  /** For each detection: whether it is a true one; null for one that is not counted. */
  correct: (boolean | null)[];
  f1: number | null;
}

/** A row of the list of results; the preview requests the rest, which comes from the cache. */
export interface AuditedDto extends Pick<
  EstimateViewDto,
  'uri' | 'imageKey' | 'outcome' | 'f1' | 'interval' | 'reliability' | 'reasons'
> {
  detectionCount: number;
}

/** The results of an audit that ran in tasks, finished or running (docs/cluster.md). */
export interface JobResultsDto {
  /** Of the job's folder. */
  uri: string;
  /** Of the folder of the images. */
  root: string;
  /** Images of the job. */
  images: number;
  /** Images with a result. */
  done: number;
  /** Images that the engine failed on, to be run again. */
  failed: number;
  /** Files that cannot be read or are not supported. */
  refused: number;
  /** Refused and failed images count as unknown. */
  byReliability: Record<Reliability, number>;
  /** What is damaged, in sentences. */
  notes: string[];
}

/** Which of a job's results are asked for. */
export interface JobQueryDto {
  groupBy: Grouping;
  /** Part of the path, in any case; empty for all. */
  text: string;
  /** Empty for all. */
  levels: Reliability[];
  /** First one wanted, from 0, and how many at most. */
  start: number;
  count: number;
}

/** Facts of one image from its file (schema `tem-gauge/info@1`), with statistics over raw values; null if unknown. */
export interface ImageInfoDto {
  schema: 'tem-gauge/info@1';
  file: string;
  format: string | null;
  /** Counted from 0. */
  frame: number | null;
  width: number | null;
  height: number | null;
  frames: number | null;
  channels: number | null;
  /** NumPy's name of the sample type. */
  dtype: string | null;
  nmPerPixel: number | null;
  /** Only where it differs from the size along x. */
  nmPerPixelY?: number;
  nmPerPixelSource: string | null;
  min: number | null;
  max: number | null;
  mean: number | null;
  metadata: Record<string, string | number | boolean>;
  /** Only for a file that cannot be estimated, with one sentence. */
  outcome?: 'unreadable' | 'unsupported';
  reason?: string;
}

/** A picture as a pyramid of raw grey levels in the preview cache; grey value = low + step * stored value. */
export interface PreviewDto {
  /** Key of the file's bytes and frame: an estimate with another key belongs to other pixels. */
  imageKey: string;
  width: number;
  height: number;
  bitDepth: number;
  bytesPerPixel: 1 | 2;
  low: number;
  step: number;
  min: number;
  max: number;
  /** 256 counts over equal parts of min to max. */
  histogram: readonly number[];
  /** The 0.1 and 99.9 percentiles. */
  auto: { low: number; high: number };
  /** Sizes of the levels, full resolution first; the last one is the overview. */
  levels: { width: number; height: number }[];
  /** Pixels of a side of a tile. */
  tileSize: number;
  /** Absolute path of the overview's values. */
  overviewPath: string;
  nmPerPixel: number | null;
  /** Only where the file has another size along y; `nmPerPixel` is then the one along x. */
  nmPerPixelY?: number;
  nmPerPixelSource: string | null;
  /** Counted from 0, of `frames` images in the file. */
  frame: number;
  frames: number;
}

export interface AuditSummaryDto {
  schema: 'tem-gauge/audit@1';
  total: number;
  done: number;
  fromCache: number;
  cancelled: boolean;
  byOutcome: Record<Outcome, number>;
  byReliability: Record<Reliability, number>;
  meanF1: number | null;
  seconds: number;
  /** Files of the folders without a known format: their number, and the paths of the first hundred. */
  skipped: { count: number; files: string[] };
  model: { detector: string; forest: string | null };
}

/** Result of an export. */
export interface ExportDto {
  /** Images that were exported, and those without an estimate that were left out. */
  images: number;
  missing: number;
  /** Rows of a table. */
  rows: number;
  /** Files written. */
  files: number;
  /** A table separated by tabs, if no file was named. */
  text: string | null;
}

export interface ServerStatusDto {
  state: 'starting' | 'idle' | 'busy' | 'error';
  /** Detector id and the device it runs on, once loaded. */
  model: string | null;
  device: string | null;
  queued: number;
  /** One sentence, e.g. an announced fallback from GPU to CPU. */
  message: string | null;
}

export interface ModelDto {
  id: string;
  name: string;
  path: string;
  description: string;
  /** Description of its forest, or why it cannot be used; null without a forest. */
  forest: string | null;
  bundled: boolean;
  /** False if it cannot be read; the description contains the reason. */
  usable: boolean;
}
