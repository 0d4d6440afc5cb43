import type { ResolvedPixelSize } from '../image/resolvePixelSize';
import { acceptCandidates, type Accepted } from '../../core/calibration/acceptance';
import { instancesOf } from '../../core/detection/candidates';
import { assessmentFindings } from '../../core/findings/findings';
import { assessImage, type Assessment } from '../../core/reliability/assess';
import type { FindingDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import type { MeasurementRecord } from '../measurement/record';
import { acceptanceOf, type AssessmentContext } from './context';

/** An estimate without file, timing and origin, which the record does not contain. */
export type AssessedRecord = Omit<Estimate, 'file' | 'timing' | 'fromCache'>;

/** Results of network and image that are available before the masks, which the forest does not use. */
export type MeasuredCandidates = Pick<MeasurementRecord, 'candidates' | 'candidateFeatures' | 'imageStatistics'>;

export interface AssessedCandidates extends Accepted {
  /** The features that were assessed. */
  readonly candidateFeatures: Float32Array;
  readonly assessment: Assessment;
}

/**
 * Probabilities → accepted detections → features → forest → level. Pure: neither pixels nor files.
 * @param explain also compute SHAP values
 */
export function assessCandidates(
  context: AssessmentContext,
  { candidates, candidateFeatures, imageStatistics }: MeasuredCandidates,
  explain = false,
): AssessedCandidates {
  const { accepted, probabilities } = acceptCandidates(acceptanceOf(context), candidates, candidateFeatures);
  const assessment = assessImage({
    candidates,
    accepted,
    probabilities,
    imageStatistics,
    model: context.forest,
    thresholds: context.thresholds,
    explain,
  });
  return { accepted, probabilities, candidateFeatures, assessment };
}

/**
 * The estimate of a record: its assessment with findings, instances and masks. Pure: neither pixels nor files.
 * @param assessed of the record's candidates, if known
 */
export function assessRecord(
  context: AssessmentContext,
  record: MeasurementRecord,
  size: ResolvedPixelSize,
  assessed: AssessedCandidates = assessCandidates(context, record),
): AssessedRecord {
  const { candidates, candidateFeatures, imageStatistics, image } = record;
  const { accepted, probabilities, assessment } = assessed;
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
