import type { Thresholds } from '../../core/reliability/assess';
import type { ReliabilityModel } from '../../core/reliability/model';
import type { MeasurementCache } from '../cache/measurementCache';
import type { Detector } from '../detector/detector';
import type { JobQueue } from '../jobQueue';

/** What decides an assessment beside the record: everything here changes without running the network. */
export interface AssessmentContext {
  readonly detectorId: string;
  readonly categories: readonly string[];
  readonly forest: ReliabilityModel | null;
  readonly forestId: string | null;
  readonly thresholds: Thresholds;
  /** Score above which candidates are accepted, where the user fixed one. */
  readonly scoreThreshold: number | undefined;
  /** nm per pixel where neither the file nor a table contains it; 0 for unknown. */
  readonly fallbackNmPerPixel: number;
}

/** What the use cases share. */
export interface EngineContext extends AssessmentContext {
  readonly cache: MeasurementCache | null;
  readonly queue: JobQueue;
  readonly detector: () => Promise<Detector>;
  /** Reports a thing once. */
  readonly warn: (message: string) => void;
}
