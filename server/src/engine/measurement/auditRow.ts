import type { EstimateDto, FindingDto } from '../../protocol/types';

/**
 * The result of one image for lists, tables and Problems: everything except the arrays with one entry per candidate.
 */
export interface AuditRow extends Pick<
  EstimateDto,
  | 'file'
  | 'outcome'
  | 'reason'
  | 'f1'
  | 'interval'
  | 'precision'
  | 'recall'
  | 'publishedF1'
  | 'reliability'
  | 'image'
  | 'timing'
  | 'model'
> {
  /** Accepted detections; null when the image could not be read. */
  readonly detectionCount: number | null;
  readonly reasons: readonly string[];
  readonly findings: readonly FindingDto[];
  /** Key of the file's bytes; null where the file could not be read or decoded. */
  readonly imageKey: string | null;
  readonly contentKey: string | null;
  readonly fromCache: boolean;
}
