import type { DetectionDto } from '../../../server/src/protocol/types';

/** A detection of the least that a test has to tell. */
export const detection = (
  box: DetectionDto['box'],
  score: number,
  probability: number | null = null,
): DetectionDto => ({ box, score, probability, category: 'cavity', segmentation: null });
