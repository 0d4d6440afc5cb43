import { takeBoxes } from '../geometry/box';
import type { Instances } from './instances';
import type { Rle } from '../geometry/rle';

/**
 * What is known of each candidate beyond its score from the network and NMS, after test-time augmentation. With one view, or for a
 * foreign graph, the views agree perfectly.
 */
export const evidenceNames = [
  /** Lowest score of all views, 0–1. */
  'minViewScore',
  /** Highest minus lowest score of the views, 0–1. */
  'viewDifference',
  /** Smallest IoU between the first view's box and another's, 0–1. */
  'viewIou',
  /** Boxes above the candidate threshold that NMS removed in favour of this one. */
  'suppressedCount',
  /** Their mean score, 0 without any. */
  'suppressedScore',
] as const;

/**
 * Every box after NMS that scores above the model's candidate threshold, accepted or not; best score first, all arrays in
 * the same order. Which of them are detections is decided later (core/calibration/operatingPoint).
 */
export interface Candidates {
  readonly imageSize: { readonly width: number; readonly height: number };
  /** N × 4, x0 y0 x1 y1 in pixels of the original image. */
  readonly boxes: Float32Array;
  /** N scores, 0–1. */
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
  /** N × evidenceNames.length. */
  readonly evidence: Float32Array;
  /** Masks of those that were selected when the network ran, null for the others; absent for a box-only model. */
  readonly masks?: readonly (Rle | null)[] | undefined;
  /** The model's own threshold: candidates above it are detections unless a calibration says otherwise. */
  readonly scoreThreshold: number;
}

/** Picks candidates that get a mask: indices in rising order. The answer may come from another process. */
export type SelectCandidates = (candidates: Candidates) => ArrayLike<number> | Promise<ArrayLike<number>>;

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

/** The model's own detections, as Detectron2 would give them. */
export const confident = (c: Candidates): Instances => instancesOf(c, aboveThreshold(c));

/** Evidence of candidates that were seen once. */
export function plainEvidence(scores: ArrayLike<number>): Float32Array {
  const width = evidenceNames.length;
  const out = new Float32Array(scores.length * width);
  for (let i = 0; i < scores.length; i++) out.set([scores[i]!, 0, 1, 0, 0], i * width);
  return out;
}
