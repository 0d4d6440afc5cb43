import type { Box } from '../geometry/box';
import { encodeWindow, type Rle } from '../geometry/rle';
import type { Size } from '../geometry/size';

/** A square mask of probabilities, row by row from index `from` of `data`. */
export interface SoftMask {
  readonly data: Float32Array;
  readonly from: number;
  /** Width and height. */
  readonly size: number;
}

/** Between cells below `outside` or above `inside`, the interpolated probability is on the same side of 0.5 in spite of rounding. */
const sure = { outside: 0.499, inside: 0.501 } as const;

/**
 * Pastes one soft mask into its box at threshold 0.5 (Detectron2 layers/mask_ops.py paste_masks_in_image: grid_sample,
 * bilinear, align_corners false, zeros outside), only inside the box's window.
 * @param box in pixels of the original image
 * @param image size of the original image
 */
export function pasteMask({ data: soft, from, size }: SoftMask, box: Box, image: Size): Rle {
  const { width, height } = image;
  const [x0, y0, x1, y1] = box;
  const left = Math.max(0, Math.floor(x0) - 1);
  const top = Math.max(0, Math.floor(y0) - 1);
  const right = Math.min(width, Math.ceil(x1) + 1);
  const bottom = Math.min(height, Math.ceil(y1) + 1);
  const [w, h] = [right - left, bottom - top];
  const bits = new Uint8Array(w * h);
  // The mask is padded with zeros, so that the interpolation needs no bounds check.
  const side = size + 2;
  const framed = new Float32Array(side * side);
  for (let row = 0; row < size; row++)
    framed.set(soft.subarray(from + row * size, from + (row + 1) * size), (row + 1) * side + 1);
  const columns = samples({ count: w, start: left, low: x0, high: x1 }, size);
  const rows = samples({ count: h, start: top, low: y0, high: y1 }, size);
  for (let y = 0; y < h; y++) {
    const iy = rows.first[y]!;
    const fy = rows.fraction[y]!;
    if (iy < -1 || iy >= size) continue;
    const row = (iy + 1) * side + 1;
    for (let x = 0; x < w; x++) {
      const ix = columns.first[x]!;
      if (ix < -1 || ix >= size) continue;
      const a = framed[row + ix]!;
      const b = framed[row + ix + 1]!;
      const c = framed[row + ix + side]!;
      const d = framed[row + ix + side + 1]!;
      // Most pixels lie among cells on one side of the threshold, and need no interpolation.
      if (a < sure.outside && b < sure.outside && c < sure.outside && d < sure.outside) continue;
      if (a > sure.inside && b > sure.inside && c > sure.inside && d > sure.inside) bits[y * w + x] = 1;
      else {
        const fx = columns.fraction[x]!;
        const upper = a * (1 - fx) + b * fx;
        const lower = c * (1 - fx) + d * fx;
        if (upper * (1 - fy) + lower * fy >= 0.5) bits[y * w + x] = 1;
      }
    }
  }
  return encodeWindow(bits, { x: left, y: top, width: w, height: h }, image);
}

/** Pixels from `start` on, along one direction, in a box from `low` to `high`. */
interface PixelRange {
  readonly count: number;
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Where the centres of pixels lie in a mask of `size` cells that spans their box: the cell before, and the fraction of the
 * way to the next.
 */
function samples({ count, start, low, high }: PixelRange, size: number) {
  const first = new Int32Array(count);
  const fraction = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const u = ((i + start + 0.5 - low) / (high - low)) * size - 0.5;
    first[i] = Math.floor(u);
    fraction[i] = u - Math.floor(u);
  }
  return { first, fraction };
}
