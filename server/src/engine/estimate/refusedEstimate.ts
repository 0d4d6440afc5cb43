import type { FindingDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import type { AssessmentContext } from './context';

/** The finding of an image without an estimate. A failure of the engine is a warning, not a property of the image. */
const findings = {
  unreadable: { code: 'unreadable-image', severity: 'error' },
  unsupported: { code: 'unsupported-image', severity: 'error' },
  failed: { code: 'failed-estimate', severity: 'warning' },
} as const;

/** The finding of a file without an estimate. @param reason one sentence */
export const refusedFinding = (kind: keyof typeof findings, reason: string): FindingDto => ({
  ...findings[kind],
  message: reason,
});

/** The estimate of a file that could not be measured. */
export function refusedEstimate(
  context: Pick<AssessmentContext, 'detectorId' | 'forestId' | 'categories'>,
  file: string,
  { kind, reason }: { readonly kind: keyof typeof findings; readonly reason: string },
  totalMs: number,
): Estimate {
  return {
    file,
    outcome: kind,
    reason,
    reasons: [reason],
    f1: null,
    interval: null,
    reliability: 'unknown',
    features: null,
    image: null,
    timing: { decodeMs: 0, detectMs: 0, totalMs },
    model: { detector: context.detectorId, forest: context.forestId },
    precision: null,
    recall: null,
    publishedF1: null,
    explanation: null,
    performance: null,
    detectionCount: null,
    instances: null,
    rejected: null,
    candidates: null,
    candidateFeatures: null,
    imageStatistics: null,
    categories: context.categories,
    findings: [refusedFinding(kind, reason)],
    imageKey: null,
    contentKey: null,
    fromCache: false,
  };
}
