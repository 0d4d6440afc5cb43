import { maskOutlines } from '../core/geometry/contour';
import { imageFeatures } from '../core/features/imageFeatures';
import type { Thresholds } from '../core/reliability/assess';
import type { AuditRow, Estimate } from '../engine/engine.types';
import { toEstimateDto } from '../engine/estimate/estimateDto';
import type { AuditedDto, DetectionDto, EstimateViewDto, TruthDto } from '../protocol/types';

/** Upper limit of rejected candidates in the preview; more dashed boxes hide the image, and the least probable ones are noise. */
const shownCandidates = 300;
const leastProbability = 0.1;

/** Converts an estimate for the preview: outlines instead of masks, and the most probable rejected candidates. */
export function toViewDto(
  uri: string,
  e: Estimate,
  thresholds: Thresholds,
  truth: TruthDto | null = null,
): EstimateViewDto {
  const { candidates = [], ...dto } = toEstimateDto(e, false, true);
  const confidence = (d: DetectionDto) => d.probability ?? d.score;
  return {
    ...dto,
    candidates: candidates
      .filter((d) => confidence(d) >= leastProbability)
      .sort((a, b) => confidence(b) - confidence(a))
      .slice(0, shownCandidates),
    uri,
    thresholds,
    truth,
    featureLabels: Object.fromEntries(imageFeatures.map((f) => [f.name, f.label])),
    imageKey: e.imageKey,
    contentKey: e.contentKey,
    explanation: e.explanation,
    reasons: [...e.reasons],
    findings: [...e.findings],
    outlines: dto.detections.map((_, i) => {
      const mask = e.instances?.masks?.[i];
      return mask ? maskOutlines(mask) : [];
    }),
  };
}

/** Converts an estimate for the list of results, without detections. */
export const toAuditedDto = (uri: string, e: AuditRow): AuditedDto => ({
  uri,
  imageKey: e.imageKey,
  outcome: e.outcome,
  f1: e.f1,
  interval: e.interval,
  reliability: e.reliability,
  reasons: [...e.reasons],
  detectionCount: e.detectionCount ?? 0,
});
