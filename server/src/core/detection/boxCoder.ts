/** Box2BoxTransform's bound on the log of the scale: log(1000 / 16). */
const scaleClamp = Math.log(1000 / 16);

/**
 * Box2BoxTransform.apply_deltas for one box.
 * @param anchor x0, y0, x1, y1 at `at` in `anchors`; deltas dx, dy, dw, dh `step` apart from `from`.
 */
export function applyDeltas(
  anchors: ArrayLike<number>,
  at: number,
  deltas: ArrayLike<number>,
  from: number,
  step: number,
  weights: readonly number[],
  out: Float32Array,
  to: number,
): void {
  const x0 = anchors[at]!;
  const y0 = anchors[at + 1]!;
  const w = anchors[at + 2]! - x0;
  const h = anchors[at + 3]! - y0;
  const cx = (deltas[from]! / weights[0]!) * w + x0 + 0.5 * w;
  const cy = (deltas[from + step]! / weights[1]!) * h + y0 + 0.5 * h;
  const pw = Math.exp(Math.min(deltas[from + 2 * step]! / weights[2]!, scaleClamp)) * w;
  const ph = Math.exp(Math.min(deltas[from + 3 * step]! / weights[3]!, scaleClamp)) * h;
  out[to] = cx - 0.5 * pw;
  out[to + 1] = cy - 0.5 * ph;
  out[to + 2] = cx + 0.5 * pw;
  out[to + 3] = cy + 0.5 * ph;
}

/** Clips N × 4 boxes to the frame in place. */
export function clipBoxes(boxes: Float32Array, width: number, height: number): void {
  for (let i = 0; i < boxes.length; i += 2) {
    boxes[i] = Math.min(width, Math.max(0, boxes[i]!));
    boxes[i + 1] = Math.min(height, Math.max(0, boxes[i + 1]!));
  }
}
