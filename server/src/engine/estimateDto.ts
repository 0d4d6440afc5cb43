import type { DetectionDto, EstimateDto } from '../protocol/types';
import type { Estimate } from './engine.types';

const round = (v: number, digits: number) => Math.round(v * 10 ** digits) / 10 ** digits;

/** The stable JSON shape `tem-gauge/estimate@1`; masks only when asked for, numbers rounded, nulls where unknown. */
export function toEstimateDto(e: Estimate, masks: boolean): EstimateDto {
  const n = e.instances?.scores.length ?? 0;
  const detections = Array.from({ length: n }, (_, i): DetectionDto => {
    const mask = masks ? e.instances?.masks?.[i] : undefined;
    return {
      box: [0, 1, 2, 3].map((k) => round(e.instances!.boxes[i * 4 + k]!, 2)) as DetectionDto['box'],
      score: round(e.instances!.scores[i]!, 5),
      category: e.categories[e.instances!.classIds[i]!] ?? `class ${e.instances!.classIds[i]!}`,
      segmentation: mask ? { size: [...mask.size], counts: mask.counts } : null,
    };
  });
  return {
    schema: 'tem-gauge/estimate@1',
    file: e.file,
    outcome: e.outcome,
    reason: e.reason,
    f1: e.f1 === null ? null : round(e.f1, 4),
    interval: e.interval && { low: round(e.interval.low, 4), high: round(e.interval.high, 4), level: e.interval.level },
    reliability: e.reliability,
    features: e.features,
    image: e.image,
    detections,
    timing: e.timing,
    model: e.model,
  };
}

/** An estimate whose masks, the bulk of a long audit, are not needed any more. */
export const withoutMasks = (e: Estimate): Estimate => ({
  ...e,
  instances: e.instances && { ...e.instances, masks: undefined },
});
