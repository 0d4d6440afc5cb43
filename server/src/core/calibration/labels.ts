import { boxAt, intersectionOverUnion } from '../geometry/box';
import type { Candidates } from '../detection/candidates';
import { isIgnored, type Truth } from '../evaluation/matchDetections';

/**
 * Labels candidates as true (1) or false (0): in order of score, each takes the unused true box of largest IoU (at least 0.1). NaN for a candidate
 * that is ignored (see Truth).
 */
export function labelsFromTruth(c: Candidates, truth: Truth, threshold = 0.1): Float32Array {
  const used = new Set<number>();
  return Float32Array.from(c.scores, (_, i) => {
    const box = boxAt(c.boxes, i);
    let [best, bestIou] = [-1, 0];
    truth.boxes.forEach((t, k) => {
      if (used.has(k)) return;
      const iou = intersectionOverUnion(box, t);
      if (iou > bestIou) [best, bestIou] = [k, iou];
    });
    if (best >= 0 && bestIou >= threshold) {
      used.add(best);
      return 1;
    }
    return isIgnored(box, truth) ? NaN : 0;
  });
}

/** P(true) of the candidate of rank r, r over the number of true cavities in steps of 1/10 up to 3. */
export type RankCurve = readonly number[];

const steps = 10;
const longest = 3;

/** Measures the rank curve on images with known truth that contain at least `least` true cavities. */
export function fitRankCurve(
  images: readonly { readonly labels: Float32Array; readonly count: number }[],
  least = 8,
): RankCurve {
  const [sum, n] = [new Float64Array(steps * longest), new Float64Array(steps * longest)];
  for (const { labels, count } of images) {
    if (count < least) continue;
    labels.forEach((label, i) => {
      const bin = Math.floor((steps * (i + 0.5)) / count);
      if (bin >= sum.length || Number.isNaN(label)) return;
      sum[bin]! += label / count;
      n[bin]! += 1 / count;
    });
  }
  let last = 1;
  return Array.from(sum, (s, i) => (last = Math.min(last, n[i] ? s / n[i]! : 0)));
}

/** Soft labels for an image with a known number of cavities but without boxes. */
export const labelsFromCount = (candidates: number, count: number, curve: RankCurve): Float32Array =>
  Float32Array.from({ length: candidates }, (_, i) =>
    count === 0 ? 0 : (curve[Math.floor((steps * (i + 0.5)) / count)] ?? 0),
  );
