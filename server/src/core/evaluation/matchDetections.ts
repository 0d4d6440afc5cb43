import { intersectionOverUnion, type Box } from '../geometry/box';

export interface MatchCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

export interface Truth {
  readonly boxes: readonly Box[];
  /** Ambiguous regions: an unmatched prediction is not counted if at least half of it lies in one of them. */
  readonly crowd?: readonly Box[];
  /** Smallest longer side in pixels: unmatched predictions below it are not counted. */
  readonly minSide?: number;
}

/**
 * The paper's greedy rule: from left to right, each true box takes the unused prediction of largest IoU and is found
 * if that IoU is at least `threshold` (0.1).
 */
export function matchDetections(predicted: readonly Box[], truth: Truth, threshold = 0.1): MatchCounts {
  const { found, correct } = pairDetections(predicted, truth, threshold);
  const tp = found.filter(Boolean).length;
  return { tp, fp: correct.filter((c) => c === false).length, fn: found.length - tp };
}

export interface Pairing {
  /** For each true box, in the order given: whether a prediction found it. */
  readonly found: readonly boolean[];
  /** For each prediction: whether it found a true box; null if it is not counted. */
  readonly correct: readonly (boolean | null)[];
}

/** The same rule, box by box. */
export function pairDetections(predicted: readonly Box[], truth: Truth, threshold = 0.1): Pairing {
  const order = truth.boxes.map((_, i) => i).sort((a, b) => truth.boxes[a]![0] - truth.boxes[b]![0]);
  const overlap = (p: number, t: number) => intersectionOverUnion(predicted[p]!, truth.boxes[order[t]!]!);
  const pairs = matchGreedily({ predictions: predicted.length, truths: order.length, overlap, threshold });
  const taken = new Set([...pairs.values()].map((t) => order[t]!));
  return {
    found: truth.boxes.map((_, i) => taken.has(i)),
    correct: predicted.map((p, i) => pairs.has(i) || (isIgnored(p, truth) ? null : false)),
  };
}

export interface GreedyInput {
  readonly predictions: number;
  /** Number of true objects; they take predictions in this order. */
  readonly truths: number;
  readonly overlap: (prediction: number, truth: number) => number;
  /** Minimum overlap to find an object, above 0. */
  readonly threshold: number;
}

/** The true object that each prediction found: an object takes the unused prediction of largest overlap. */
export function matchGreedily({ predictions, truths, overlap, threshold }: GreedyInput): Map<number, number> {
  const used = new Map<number, number>();
  for (let t = 0; t < truths; t++) {
    let best = -1;
    let largest = 0;
    for (let p = 0; p < predictions; p++) {
      if (used.has(p)) continue;
      const own = overlap(p, t);
      if (own > largest) {
        best = p;
        largest = own;
      }
    }
    if (best >= 0 && largest >= threshold) used.set(best, t);
  }
  return used;
}

/** Whether an unmatched box is not a false positive: both sides below `minSide`, or at least half of its area in a crowd region. */
export function isIgnored(p: Box, truth: Truth): boolean {
  const [w, h] = [p[2] - p[0], p[3] - p[1]];
  if (Math.max(w, h) < (truth.minSide ?? 0)) return true;
  return (truth.crowd ?? []).some((c) => {
    const shared =
      Math.max(0, Math.min(p[2], c[2]) - Math.max(p[0], c[0])) *
      Math.max(0, Math.min(p[3], c[3]) - Math.max(p[1], c[1]));
    return shared >= 0.5 * w * h;
  });
}

/** F1 = 2 tp / (2 tp + fp + fn); 1 without true objects and without detections. */
export const f1Score = ({ tp, fp, fn }: MatchCounts): number =>
  tp + fp + fn === 0 ? 1 : (2 * tp) / (2 * tp + fp + fn);
