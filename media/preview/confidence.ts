import type { DetectionDto, EstimateViewDto } from '../../server/src/protocol/types';

export type Confidence = Pick<DetectionDto, 'score' | 'probability'>;

/** The value behind colour, slider and order: the probability of being true, or the score if the model has no calibration. */
export const confidence = ({ score, probability }: Confidence): number => probability ?? score;

/** Name of the slider's value for this estimate; without detections and candidates it is the score. */
export const confidenceName = (
  e: Pick<EstimateViewDto, 'detections' | 'candidates'> | null,
): 'Probability' | 'Score' =>
  [...(e?.detections ?? []), ...(e?.candidates ?? [])].some((d) => d.probability !== null) ? 'Probability' : 'Score';

/** Okabe–Ito colours, from low to high confidence. */
export const confidenceColors = ['#cc79a7', '#e69f00', '#f0e442'] as const;

/** Colour of a confidence from 0 to 1: three steps, distinguishable with colour blindness. */
export const confidenceColor = (value: number): string => confidenceColors[value >= 0.9 ? 2 : value >= 0.7 ? 1 : 0];
