import { columnSpans, type Rle } from './rle';

/** The pixels of a run-length mask inside its bounding box, row-major, with a border of one empty pixel. */
function framedWindow(rle: Rle): { bits: Uint8Array; width: number; left: number; top: number } | null {
  const spans = columnSpans(rle);
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (const [x, y0, y1] of spans) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y0);
    bottom = Math.max(bottom, y1 - 1);
  }
  if (spans.length === 0) return null;
  const width = right - left + 3;
  const bits = new Uint8Array(width * (bottom - top + 3));
  for (const [x, y0, y1] of spans) for (let y = y0; y < y1; y++) bits[(y - top + 1) * width + x - left + 1] = 1;
  return { bits, width, left: left - 1, top: top - 1 };
}

/**
 * Outlines of a mask along the edges of its pixels, with the mask on the right: outer rings are clockwise
 * (y down), holes counterclockwise; pixels that touch only at a corner belong to different rings.
 * @returns rings of x0, y0, x1, y1, … corners in image pixels; none for an empty mask.
 */
export function maskOutlines(rle: Rle): number[][] {
  const window = framedWindow(rle);
  if (!window) return [];
  const { bits, width, left, top } = window;
  // Corner (x, y) is the upper left one of pixel (x, y). Directions: 0 right, 1 down, 2 left, 3 up.
  const step = [1, width, -1, -width];
  /** Pixels to the right and to the left of an edge that leaves a corner in a direction. */
  const rightOf = [0, -1, -width - 1, -width];
  const leftOf = [-width, 0, -1, -width - 1];
  const isEdge = (corner: number, d: number) => bits[corner + rightOf[d]!] === 1 && bits[corner + leftOf[d]!] === 0;
  const walked = new Uint8Array(bits.length);
  const rings: number[][] = [];
  for (let i = width + 1; i < bits.length; i++) {
    // Each ring contains an upper edge, which points to the right.
    if (!isEdge(i, 0) || walked[i]) continue;
    const ring: number[] = [];
    let [corner, d] = [i, 0];
    do {
      if (d === 0) walked[corner] = 1;
      corner += step[d]!;
      const before = d;
      // A right turn is preferred, so that two pixels that touch only at this corner are separated.
      d = [(d + 1) % 4, d, (d + 3) % 4].find((next) => isEdge(corner, next))!;
      if (d !== before) ring.push((corner % width) + left, Math.floor(corner / width) + top);
    } while (corner !== i || d !== 0);
    rings.push(ring);
  }
  return rings;
}
