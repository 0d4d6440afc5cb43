import { intersectionOverUnion, type Box } from '../geometry/box';

export interface MatchCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

export interface Truth {
  readonly boxes: readonly Box[];
  /** Ambiguous regions: predictions that lie in one by half and match nothing are not counted. */
  readonly crowd?: readonly Box[];
  /** Unmatched predictions whose longer side is shorter are not counted. */
  readonly minSide?: number;
}

/**
 * The paper's greedy rule: true boxes from left to right, each takes the unused prediction of largest IoU and is found
 * when that IoU is at least `threshold` (0.1).
 */
export function matchDetections(predicted: readonly Box[], truth: Truth, threshold = 0.1): MatchCounts {
  const used = new Set<number>();
  let tp = 0;
  for (const box of [...truth.boxes].sort((a, b) => a[0] - b[0])) {
    let best = -1;
    let bestIou = 0;
    predicted.forEach((p, i) => {
      if (used.has(i)) return;
      const iou = intersectionOverUnion(p, box);
      if (iou > bestIou) [best, bestIou] = [i, iou];
    });
    if (best >= 0 && bestIou >= threshold) {
      used.add(best);
      tp++;
    }
  }
  const fp = predicted.filter((p, i) => !used.has(i) && !isIgnored(p, truth)).length;
  return { tp, fp, fn: truth.boxes.length - tp };
}

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

/** F1 = 2 tp / (2 tp + fp + fn); 1 when there is nothing to find and nothing was found. */
export const f1Score = ({ tp, fp, fn }: MatchCounts): number =>
  tp + fp + fn === 0 ? 1 : (2 * tp) / (2 * tp + fp + fn);
