/** The engine's interface for lsp and cli; created by `createEngine` in engine.ts, the only composition root. */
import type { EstimateDto, Outcome, Reliability } from '../protocol/types';
import type { DetectorView } from '../core/image/detectorView';
import type { Size } from '../core/geometry/size';
import type { Candidates } from '../core/detection/candidates';
import type { Assessment } from '../core/reliability/assess';
import type { Instances } from '../core/detection/instances';
import type { ImageStamp } from './cache/imageStamp';
import type { NetworkOptions } from './detector/worker/affordableNetworks';
import type { FolderSizes } from './image/folderSizes';
import type { ThumbnailPlan } from './image/thumbnail';
import type { AuditRow } from './measurement/auditRow';
import type { MeasurementRecord, NotMeasured } from './measurement/record';

export type { AuditRow };

export type Priority = 'interactive' | 'batch';

export interface EngineOptions extends NetworkOptions {
  /** Folder of a model package; undefined for the embedded one. */
  readonly modelPath?: string;
  /** A forest package to use instead of the model's own. */
  readonly forestPath?: string;
  readonly thresholds?: { readonly low: number; readonly review: number };
  /** Folder of the detection cache; undefined switches caching off. */
  readonly cacheDir?: string | undefined;
  /** Size limit of its records and results; the oldest are deleted beyond it. Default: cache/cacheSize. */
  readonly cacheMaxBytes?: number | undefined;
  /** Accept candidates above this score instead of deriving the threshold from their probabilities. */
  readonly scoreThreshold?: number | undefined;
  /** nm per pixel for images without another source. */
  readonly fallbackNmPerPixel?: number;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface EstimateOptions {
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
  /** Also explain the prediction by SHAP values. */
  readonly explain?: boolean | undefined;
  /** Called after each tile of a large image. */
  readonly onTile?: ((done: number, total: number) => void) | undefined;
  /** Ignore the cache. */
  readonly force?: boolean;
  /** Read the content of every file, even if path, size and modification time are known. */
  readonly verify?: boolean | undefined;
  /** Use only the cache; null if it does not contain the detections. */
  readonly cachedOnly?: boolean;
  /** Size and time of the file, if the caller has just read them: shared file systems answer slowly. */
  readonly stamp?: ImageStamp | null | undefined;
  /** Looks for pixel sizes beside the images of an audit, once for all images of a folder. */
  readonly beside?: FolderSizes | undefined;
}

export interface AuditOptions extends EstimateOptions {
  /** Ends the audit after the images that are being estimated; `signal` cancels those too. */
  readonly stop?: AbortSignal | undefined;
}

/** The full result for one image; lsp and cli convert it to their own shape. */
export interface Estimate extends AuditRow {
  readonly features: EstimateDto['features'];
  /** Accepted detections; null when the image could not be read. */
  readonly instances: Instances | null;
  /** Candidates that were not accepted, with their probabilities where the model has a calibration; null as above. */
  readonly rejected: Instances | null;
  /** Everything the detector returned, as the forest's features need it; null as above. */
  readonly candidates: Candidates | null;
  /** See core/calibration/candidateFeatures; null as above. */
  readonly candidateFeatures: Float32Array | null;
  /** See core/reliability/imageStatistics; null where the image could not be read. */
  readonly imageStatistics: Float64Array | null;
  /** Predicted pairs of precision and recall for the quantities' intervals; see core/reliability/assess. */
  readonly performance: Assessment['performance'];
  /** The measurement record, to be stored; absent if the image could not be measured. */
  readonly record?: MeasurementRecord | undefined;
  readonly explanation: Assessment['explanation'];
  readonly categories: readonly string[];
}

/** Whether a row has the arrays of its estimate too. */
export const isEstimate = (row: AuditRow): row is Estimate => 'instances' in row;

export type AuditEvent<R extends AuditRow = Estimate> =
  | { readonly kind: 'started'; readonly total: number }
  | {
      readonly kind: 'image';
      readonly estimate: R;
      readonly done: number;
      readonly total: number;
      /** Counts so far. */
      readonly byReliability: Readonly<Record<Reliability, number>>;
    }
  | { readonly kind: 'finished'; readonly summary: AuditSummary };

export interface AuditSummary {
  readonly total: number;
  readonly done: number;
  readonly fromCache: number;
  /**
   * Of those from the cache: assessed again from their measurements, since their stored results are of another forest,
   * threshold, option or version, or were never stored. 0 where full estimates were asked for.
   */
  readonly reassessed: number;
  /**
   * Results of these images (measurements, where full estimates were asked for) that were deleted from the cache again for
   * lack of room: the next audit has to make them again. 0 without a cache.
   */
  readonly evicted: number;
  readonly cancelled: boolean;
  readonly byOutcome: Record<Outcome, number>;
  readonly byReliability: Record<Reliability, number>;
  readonly meanF1: number | null;
  readonly seconds: number;
}

export interface Engine {
  readonly model: {
    readonly detector: string;
    readonly forest: string | null;
    /** Categories of the detector. */
    readonly categories: readonly string[];
  };
  /** How the network sees an image of a size; null for imported graphs, which decide it themselves. */
  readonly detectorView?: (size: Size) => DetectorView | null;
  /** Device of the network, once it is loaded. */
  readonly device: () => { readonly name: string; readonly notice: string | null } | null;
  /** Loads the network now instead of at the first image. */
  warmUp(): Promise<{ device: string; notice: string | null }>;
  estimateImage(file: string, options?: EstimateOptions): Promise<Estimate>;
  /** Audits files in the given order; resumable because measurement records are cached by content. */
  auditDataset(files: readonly string[], options?: AuditOptions): AsyncGenerator<AuditEvent, void, void>;
  /**
   * The same with rows for lists. An unchanged image requires one `stat` of its file and one lookup in the cache; other
   * images have their whole estimates (isEstimate).
   */
  auditRows(files: readonly string[], options?: AuditOptions): AsyncGenerator<AuditEvent<AuditRow>, void, void>;
  /** A JPEG of an image with size and quality of the plan; null if the image cannot be read. */
  readonly thumbnail: (e: Pick<Estimate, 'file' | 'imageKey'>, plan: ThumbnailPlan) => Promise<Buffer | null>;
  /**
   * The estimate of a stored record, or of an image that could not be measured, without pixels and without files.
   * @param file file name for the estimate
   * @param known facts that were stored beside the record
   */
  assess(
    file: string,
    record: MeasurementRecord | NotMeasured,
    known: {
      readonly nmPerPixel: number | null;
      readonly nmPerPixelSource: string | null;
      readonly timing: EstimateDto['timing'];
    },
  ): Estimate;
  dispose(): Promise<void>;
}
