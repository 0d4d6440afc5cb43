import { takeBoxes } from '../geometry/box';
import type { Size } from '../geometry/size';
import type { Instances } from './instances';
import type { Rle } from '../geometry/rle';

/**
 * Evidence for each candidate besides its score: agreement of the views of test-time augmentation, and NMS. With one view, or for a
 * foreign graph, the values are those of perfect agreement.
 */
export const evidenceNames = [
  /** Lowest score of all views, 0–1. */
  'minViewScore',
  /** Highest minus lowest score of the views, 0–1. */
  'viewDifference',
  /** Smallest IoU between the first view's box and another's, 0–1. */
  'viewIou',
  /** Number of boxes above the candidate threshold that NMS removed in favour of this one. */
  'suppressedCount',
  /** Mean score of these boxes, 0–1; 0 if there are none. */
  'suppressedScore',
] as const;

/**
 * All boxes after NMS with a score above the model's candidate threshold, accepted or not; highest score first, all arrays in
 * the same order. Which of them are detections is decided later (core/calibration/operatingPoint).
 */
export interface Candidates {
  readonly imageSize: Size;
  /** N × 4, x0 y0 x1 y1 in pixels of the original image. */
  readonly boxes: Float32Array;
  /** N scores, 0–1. */
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
  /** N × evidenceNames.length. */
  readonly evidence: Float32Array;
  /** Masks of the candidates that were selected while the network ran, null for the others; absent for a model without masks. */
  readonly masks?: readonly (Rle | null)[] | undefined;
  /** The model's own threshold: candidates above it are detections if there is no calibration. */
  readonly scoreThreshold: number;
}

/** Selects the candidates for which masks are computed: indices in ascending order. */
export type SelectCandidates = (candidates: Candidates) => ArrayLike<number>;

/** The model's own rule: every candidate that scores above its threshold. */
export const aboveThreshold = ({ scores, scoreThreshold }: Candidates): number[] =>
  Array.from(scores.keys()).filter((i) => scores[i]! > scoreThreshold);

/** Some of the candidates as detections. */
export function instancesOf(c: Candidates, indices: ArrayLike<number>, probabilities?: Float32Array): Instances {
  const kept = Array.from(indices);
  return {
    imageSize: c.imageSize,
    boxes: takeBoxes(c.boxes, kept),
    scores: Float32Array.from(kept, (i) => c.scores[i]!),
    classIds: Int32Array.from(kept, (i) => c.classIds[i]!),
    ...(c.masks ? { masks: kept.map((i) => c.masks![i] ?? null) } : {}),
    ...(probabilities ? { probabilities: Float32Array.from(kept, (i) => probabilities[i]!) } : {}),
  };
}

/** What a detector returns that found nothing in an image of this size in pixels. */
export const noCandidates = ({ width, height }: Size, scoreThreshold: number): Candidates => ({
  imageSize: { width, height },
  boxes: new Float32Array(0),
  scores: new Float32Array(0),
  classIds: new Int32Array(0),
  evidence: new Float32Array(0),
  scoreThreshold,
});

/** The model's own detections, equal to Detectron2's. */
export const confident = (c: Candidates): Instances => instancesOf(c, aboveThreshold(c));

/** Evidence of candidates with one view and no suppressed boxes. */
export function plainEvidence(scores: ArrayLike<number>): Float32Array {
  const width = evidenceNames.length;
  const out = new Float32Array(scores.length * width);
  for (let i = 0; i < scores.length; i++) out.set([scores[i]!, 0, 1, 0, 0], i * width);
  return out;
}
