import { assessmentFindings } from '../../../core/findings/findings';
import type { FindingDto } from '../../../protocol/types';
import { refusedFinding } from '../../estimate/refusedEstimate';
import type { Row } from '../frames';

/** Findings of a stored result for the Problems panel. */
export function rowFindings({ outcome, reason, f1, interval, reliability }: Row): FindingDto[] {
  if (outcome === 'unreadable' || outcome === 'unsupported' || outcome === 'failed')
    return [refusedFinding(outcome, reason)];
  // An F1 without a level: the image is outside the applicability domain.
  const outside = reliability === 'unknown' && f1 !== null;
  return assessmentFindings({ outcome, f1, interval, reliability, reasons: [reason], outside });
}
