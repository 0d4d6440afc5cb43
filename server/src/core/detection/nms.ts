/** Indices by falling score; equal scores keep their order, as torch's stable sort does. */
export function argsortDescending(scores: ArrayLike<number>): Int32Array {
  const order = new Int32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** Width in pixels of the columns that kept boxes are sorted into, and how many there are; the last takes the rest. */
const columnWidth = 16;
const columns = 128;

/**
 * Greedy non-maximum suppression: a box goes when its IoU with a kept one exceeds the threshold (torchvision.ops.nms).
 * An IoU above t asks for centres at most w (1 − t) / t apart, w the box's width: only columns that near are looked at.
 * @param boxes N × 4
 * @param order indices to consider, best first
 * @param limit stop after so many kept boxes
 */
export function nms(boxes: Float32Array, order: ArrayLike<number>, threshold: number, limit = Infinity): number[] {
  const kept: number[] = [];
  const n = order.length;
  const k = new Float32Array(n * 5);
  const first = new Int32Array(columns).fill(-1);
  const next = new Int32Array(n);
  const columnOf = (x: number) => Math.min(columns - 1, Math.max(0, Math.floor(x / columnWidth)));
  const reach = threshold > 0 ? (1 - threshold) / threshold : Infinity;
  for (let o = 0; o < n && kept.length < limit; o++) {
    const i = order[o]! * 4;
    const x0 = boxes[i]!;
    const y0 = boxes[i + 1]!;
    const x1 = boxes[i + 2]!;
    const y1 = boxes[i + 3]!;
    const area = (x1 - x0) * (y1 - y0);
    const center = (x0 + x1) / 2;
    const far = (x1 - x0) * reach + 1;
    let suppressed = false;
    for (let c = columnOf(center - far), last = columnOf(center + far); c <= last && !suppressed; c++)
      for (let j = first[c]!; j >= 0; j = next[j]!) {
        const at = j * 5;
        const w = (x1 < k[at + 2]! ? x1 : k[at + 2]!) - (x0 > k[at]! ? x0 : k[at]!);
        if (w <= 0) continue;
        const h = (y1 < k[at + 3]! ? y1 : k[at + 3]!) - (y0 > k[at + 1]! ? y0 : k[at + 1]!);
        if (h <= 0) continue;
        const shared = w * h;
        if (shared > threshold * (area + k[at + 4]! - shared)) {
          suppressed = true;
          break;
        }
      }
    if (suppressed) continue;
    const at = kept.length * 5;
    k[at] = x0;
    k[at + 1] = y0;
    k[at + 2] = x1;
    k[at + 3] = y1;
    k[at + 4] = area;
    const column = columnOf(center);
    next[kept.length] = first[column]!;
    first[column] = kept.length;
    kept.push(order[o]!);
  }
  return kept;
}
