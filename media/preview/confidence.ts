import type { DetectionDto, EstimateViewDto } from '../../server/src/protocol/types';

export type Confidence = Pick<DetectionDto, 'score' | 'probability'>;

/** What colour, slider and order go by: the probability of being true, or the score where the model has no calibration. */
export const confidence = ({ score, probability }: Confidence): number => probability ?? score;

/** What the slider's number means for this estimate; without detections and candidates it is the score. */
export const confidenceName = (
  e: Pick<EstimateViewDto, 'detections' | 'candidates'> | null,
): 'Probability' | 'Score' =>
  [...(e?.detections ?? []), ...(e?.candidates ?? [])].some((d) => d.probability !== null) ? 'Probability' : 'Score';

/** Okabe–Ito colours, from doubtful to sure. */
export const confidenceColors = ['#cc79a7', '#e69f00', '#f0e442'] as const;

export const confidenceColor = (value: number): string => confidenceColors[value >= 0.9 ? 2 : value >= 0.7 ? 1 : 0];
