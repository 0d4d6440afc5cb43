/** Box2BoxTransform's bound on the log of the scale: log(1000 / 16). */
const scaleClamp = Math.log(1000 / 16);

/** Box deltas as a network returns them. */
export interface BoxDeltas {
  readonly values: ArrayLike<number>;
  /** Distance in `values` from dx to dy, from dy to dw and from dw to dh of one box. */
  readonly step: number;
  /** Divisors of dx, dy, dw and dh (BBOX_REG_WEIGHTS). */
  readonly weights: readonly number[];
}

/**
 * Detectron2's Box2BoxTransform.apply_deltas for one box, in place.
 * @param boxes N × 4, x0, y0, x1, y1 in pixels
 * @param i the box: an anchor or a proposal before the call, the decoded box after it
 * @param from index of the box's dx in `deltas.values`
 */
export function applyDeltas(boxes: Float32Array, i: number, { values, step, weights }: BoxDeltas, from: number): void {
  const at = i * 4;
  const x0 = boxes[at]!;
  const y0 = boxes[at + 1]!;
  const w = boxes[at + 2]! - x0;
  const h = boxes[at + 3]! - y0;
  const cx = (values[from]! / weights[0]!) * w + x0 + 0.5 * w;
  const cy = (values[from + step]! / weights[1]!) * h + y0 + 0.5 * h;
  const pw = Math.exp(Math.min(values[from + 2 * step]! / weights[2]!, scaleClamp)) * w;
  const ph = Math.exp(Math.min(values[from + 3 * step]! / weights[3]!, scaleClamp)) * h;
  boxes[at] = cx - 0.5 * pw;
  boxes[at + 1] = cy - 0.5 * ph;
  boxes[at + 2] = cx + 0.5 * pw;
  boxes[at + 3] = cy + 0.5 * ph;
}

/** Clips N × 4 boxes to the frame in place. */
export function clipBoxes(boxes: Float32Array, width: number, height: number): void {
  for (let i = 0; i < boxes.length; i += 2) {
    boxes[i] = Math.min(width, Math.max(0, boxes[i]!));
    boxes[i + 1] = Math.min(height, Math.max(0, boxes[i + 1]!));
  }
}
