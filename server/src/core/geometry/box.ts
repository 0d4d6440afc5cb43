/** x0, y0, x1, y1 in pixels, half-open. */
export type Box = readonly [number, number, number, number];

/** Area in square pixels; 0 for a box with exchanged corners. */
export const boxArea = (b: Box): number => Math.max(0, b[2] - b[0]) * Math.max(0, b[3] - b[1]);

/** Area of the intersection over area of the union; 0 where both boxes are empty. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (boxArea(a) + boxArea(b) - w * h);
}

/** Area of the intersection of two boxes in square pixels. */
export function sharedBoxArea(a: Box, b: Box): number {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return w > 0 && h > 0 ? w * h : 0;
}

/** Box i of an N × 4 array. */
export const boxAt = (boxes: ArrayLike<number>, i: number): Box => [
  boxes[i * 4]!,
  boxes[i * 4 + 1]!,
  boxes[i * 4 + 2]!,
  boxes[i * 4 + 3]!,
];

/** Boxes `indices` of an N × 4 array, in that order. */
export function takeBoxes(boxes: Float32Array, indices: ArrayLike<number>): Float32Array {
  const out = new Float32Array(indices.length * 4);
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i]! * 4;
    out[i * 4] = boxes[at]!;
    out[i * 4 + 1] = boxes[at + 1]!;
    out[i * 4 + 2] = boxes[at + 2]!;
    out[i * 4 + 3] = boxes[at + 3]!;
  }
  return out;
}
