import type { DetectionDto } from '../../../server/src/protocol/types';

/** A detection with the fields that tests vary. */
export const detection = (
  box: DetectionDto['box'],
  score: number,
  probability: number | null = null,
): DetectionDto => ({ box, score, probability, category: 'cavity', segmentation: null });
