import type { Acceptance } from '../../core/calibration/acceptance';
import type { Thresholds } from '../../core/reliability/assess';
import type { ReliabilityModel } from '../../core/reliability/model';
import type { MeasurementCache } from '../cache/measurementCache';
import type { RowCache } from '../cache/rowCache';
import type { ThumbnailStore } from '../cache/thumbnailStore';
import type { Detector } from '../detector/detector';
import type { JobQueue } from '../jobQueue';

/** Inputs of an assessment besides the record. A change of them does not require the network. */
export interface AssessmentContext {
  readonly detectorId: string;
  readonly categories: readonly string[];
  readonly forest: ReliabilityModel | null;
  readonly forestId: string | null;
  readonly thresholds: Thresholds;
  /** Score above which candidates are accepted, if the user set one. */
  readonly scoreThreshold: number | undefined;
  /** nm per pixel for images without a pixel size in the file or in a table; 0 for unknown. */
  readonly fallbackNmPerPixel: number;
}

/** The rule that selects detections among candidates. */
export const acceptanceOf = ({
  forest,
  scoreThreshold,
}: Pick<AssessmentContext, 'forest' | 'scoreThreshold'>): Acceptance => ({
  calibration: forest?.calibration ?? null,
  scoreThreshold,
});

/** Parts of the engine that its use cases have in common. */
export interface EngineContext extends AssessmentContext {
  readonly cache: MeasurementCache | null;
  /** Results of unchanged files; null without a cache. */
  readonly rows: RowCache | null;
  readonly thumbnails: ThumbnailStore;
  readonly queue: JobQueue;
  readonly detector: () => Promise<Detector>;
  /** Reports each message once. */
  readonly warn: (message: string) => void;
}
