import type { PixelSize } from '../image/resolvePixelSize';
import { instancesOf } from '../../core/detection/candidates';
import { assessmentFindings } from '../../core/findings/findings';
import { assessImage } from '../../core/reliability/assess';
import type { FindingDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import type { MeasurementRecord } from '../measurement/record';
import { acceptCandidates } from './acceptCandidates';
import type { AssessmentContext } from './context';

/** An estimate without file, timing and origin, which the record does not contain. */
export type AssessedRecord = Omit<Estimate, 'file' | 'timing' | 'fromCache'>;

/**
 * Probabilities → accepted detections → features → forest → level → findings. Pure: neither pixels nor files.
 * @param explain also compute SHAP values
 */
export function assessRecord(
  context: AssessmentContext,
  record: MeasurementRecord,
  size: PixelSize,
  explain = false,
): AssessedRecord {
  const { candidates, candidateFeatures, imageStatistics, image } = record;
  const { accepted, probabilities } = acceptCandidates(context, candidates, candidateFeatures);
  const assessment = assessImage({
    candidates,
    accepted,
    probabilities,
    imageStatistics,
    model: context.forest,
    thresholds: context.thresholds,
    explain,
  });
  const { width, height, bitDepth, frame, frames, facts } = image;
  const ofFile = size.nmPerPixel !== null && size.nmPerPixel === facts.nmPerPixel;
  const uneven = ofFile && facts.nmPerPixelY !== undefined ? { nmPerPixelY: facts.nmPerPixelY } : {};
  return {
    outcome: assessment.outcome,
    reason: assessment.reasons[0] ?? '',
    reasons: assessment.reasons,
    f1: assessment.f1,
    interval: assessment.interval,
    precision: assessment.precision,
    recall: assessment.recall,
    publishedF1: assessment.publishedF1,
    explanation: assessment.explanation,
    performance: assessment.performance,
    reliability: assessment.reliability,
    features: assessment.features,
    image: { width, height, bitDepth, ...size, ...uneven, ...(frames > 1 ? { frame, frames } : {}) },
    model: { detector: context.detectorId, forest: context.forestId },
    detectionCount: accepted.length,
    instances: instancesOf(candidates, accepted, probabilities ?? undefined),
    rejected: instancesOf(candidates, allBut(candidates.scores.length, accepted), probabilities ?? undefined),
    candidates,
    candidateFeatures,
    imageStatistics,
    categories: context.categories,
    findings: [...assessmentFindings(assessment), ...scaleFinding(size.nmPerPixel)],
    imageKey: record.imageKey,
    contentKey: record.contentKey,
    record,
  };
}

function allBut(n: number, indices: ArrayLike<number>): number[] {
  const inside = new Set(Array.from(indices));
  return Array.from({ length: n }, (_, i) => i).filter((i) => !inside.has(i));
}

/** The finding of an image whose pixel size is unknown. */
export const scaleFinding = (nmPerPixel: number | null): FindingDto[] =>
  nmPerPixel === null
    ? [{ code: 'missing-scale', severity: 'hint', message: 'The pixel size is unknown: sizes are in pixels only.' }]
    : [];
