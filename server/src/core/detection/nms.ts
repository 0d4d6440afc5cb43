/** Indices in order of decreasing score; equal scores keep their order, as in torch's stable sort. */
export function argsortDescending(scores: ArrayLike<number>): Int32Array {
  const order = new Int32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** Number of grid cells per row and column; kept boxes are found by the cell of their centre. */
const cellsAcross = 64;

/**
 * Greedy non-maximum suppression (torchvision.ops.nms): a box is removed if its IoU with a kept box exceeds the threshold.
 * An IoU above t requires centres at most w (1 − t) / t apart horizontally, where w is the box's width, and likewise
 * vertically. Only the grid cells within that distance are searched.
 * @param boxes N × 4 in pixels
 * @param order indices to consider, highest score first
 * @param limit stops after this number of kept boxes
 * @returns indices of the kept boxes, in the given order
 */
export function nms(boxes: Float32Array, order: Int32Array, threshold: number, limit = Infinity): Int32Array {
  const n = order.length;
  const out = new Int32Array(n);
  let kept = 0;
  const k = new Float32Array(n * 5);
  const first = new Int32Array(cellsAcross * cellsAcross).fill(-1);
  const next = new Int32Array(n);
  const reach = threshold > 0 ? (1 - threshold) / threshold : Infinity;
  const side = cellSide(boxes, order);
  const cellOf = (v: number): number => (v <= 0 ? 0 : v >= cellsAcross * side ? cellsAcross - 1 : Math.floor(v / side));
  for (let o = 0; o < n && kept < limit; o++) {
    const i = order[o]! * 4;
    const x0 = boxes[i]!;
    const y0 = boxes[i + 1]!;
    const x1 = boxes[i + 2]!;
    const y1 = boxes[i + 3]!;
    const area = (x1 - x0) * (y1 - y0);
    const centerX = (x0 + x1) / 2;
    const centerY = (y0 + y1) / 2;
    const farX = (x1 - x0) * reach + 1;
    const farY = (y1 - y0) * reach + 1;
    const left = cellOf(centerX - farX);
    const right = cellOf(centerX + farX);
    const top = cellOf(centerY - farY);
    const bottom = cellOf(centerY + farY);
    let suppressed = false;
    for (let row = top; row <= bottom && !suppressed; row++)
      for (let c = row * cellsAcross + left, last = row * cellsAcross + right; c <= last && !suppressed; c++)
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
    const at = kept * 5;
    k[at] = x0;
    k[at + 1] = y0;
    k[at + 2] = x1;
    k[at + 3] = y1;
    k[at + 4] = area;
    const cell = cellOf(centerY) * cellsAcross + cellOf(centerX);
    next[kept] = first[cell]!;
    first[cell] = kept;
    out[kept++] = order[o]!;
  }
  return out.subarray(0, kept);
}

/** Side of a grid cell in pixels: half a mean box, so that few cells with few boxes each are searched. */
function cellSide(boxes: Float32Array, order: Int32Array): number {
  let sum = 0;
  for (let o = 0; o < order.length; o++) {
    const i = order[o]! * 4;
    sum += boxes[i + 2]! - boxes[i]! + boxes[i + 3]! - boxes[i + 1]!;
  }
  const half = sum / (4 * order.length);
  return half > 8 ? Math.min(64, half) : 8;
}
