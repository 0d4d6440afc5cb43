import { maskOutlines } from '../core/detection/contour';
import type { Estimate } from '../engine/engine.types';
import { toEstimateDto } from '../engine/estimateDto';
import type { AuditedDto, EstimateViewDto } from '../protocol/types';

/** What the preview shows of an estimate: outlines instead of masks. */
export const toViewDto = (uri: string, e: Estimate): EstimateViewDto => ({
  ...toEstimateDto(e, false),
  uri,
  contentKey: e.contentKey,
  reasons: [...e.reasons],
  findings: [...e.findings],
  outlines: e.instances?.masks?.map(maskOutlines) ?? [],
});

/** A long audit sends and keeps no detections. */
export const toAuditedDto = (uri: string, e: Estimate): AuditedDto => ({
  uri,
  outcome: e.outcome,
  f1: e.f1,
  interval: e.interval,
  reliability: e.reliability,
  reasons: [...e.reasons],
  detectionCount: e.instances?.scores.length ?? 0,
});
