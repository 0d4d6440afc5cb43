import type { Instances } from '../../core/detection/instances';
import type { DetectionDto, EstimateDto, PredictionDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';

const round = (v: number, digits: number) => Math.round(v * 10 ** digits) / 10 ** digits;

/**
 * Converts to the stable JSON shape `tem-gauge/estimate@1`; masks and rejected candidates only if requested, numbers rounded,
 * null for unknown values.
 */
export function toEstimateDto(e: Estimate, masks: boolean, candidates = false): EstimateDto {
  return {
    schema: 'tem-gauge/estimate@1',
    file: e.file,
    outcome: e.outcome,
    reason: e.reason,
    f1: e.f1 === null ? null : round(e.f1, 4),
    interval: e.interval && { low: round(e.interval.low, 4), high: round(e.interval.high, 4), level: e.interval.level },
    precision: prediction(e.precision),
    recall: prediction(e.recall),
    publishedF1: e.publishedF1 === null ? null : round(e.publishedF1, 4),
    reliability: e.reliability,
    features: e.features,
    image: e.image,
    detections: detections(e.instances, e.categories, masks),
    ...(candidates ? { candidates: detections(e.rejected, e.categories, false) } : {}),
    timing: e.timing,
    model: e.model,
  };
}

const prediction = (p: PredictionDto | null): PredictionDto | null =>
  p && { value: round(p.value, 4), low: round(p.low, 4), high: round(p.high, 4), level: p.level };

function detections(found: Instances | null, categories: readonly string[], masks: boolean): DetectionDto[] {
  if (!found) return [];
  return Array.from(found.scores, (score, i): DetectionDto => {
    const mask = masks ? found.masks?.[i] : undefined;
    const probability = found.probabilities?.[i];
    return {
      box: [0, 1, 2, 3].map((k) => round(found.boxes[i * 4 + k]!, 2)) as DetectionDto['box'],
      score: round(score, 5),
      probability: probability === undefined ? null : round(probability, 4),
      category: categories[found.classIds[i]!] ?? `class ${found.classIds[i]!}`,
      segmentation: mask ? { size: [...mask.size], counts: mask.counts } : null,
    };
  });
}

/** An estimate without its large parts: masks and rejected candidates. */
export const withoutMasks = (e: Estimate): Estimate => ({
  ...e,
  instances: e.instances && { ...e.instances, masks: undefined },
  rejected: null,
  candidates: null,
  candidateFeatures: null,
  record: undefined,
});
