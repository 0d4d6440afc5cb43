import type { Size } from '../geometry/size';

/** PIL's bilinear resize of 8-bit images (Pillow src/libImaging/Resample.c), which Detectron2's ResizeShortestEdge uses. */

const precisionBits = 32 - 8 - 2;

interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly size: number;
  readonly weights: Int32Array;
}

/** Triangle filter whose support widens when the image is reduced; fixed-point weights (precompute_coeffs, normalize_coeffs_8bpc). */
function taps(from: number, to: number): Taps {
  const scale = from / to;
  const filterScale = Math.max(1, scale);
  const support = filterScale;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * size);
  const raw = new Float64Array(size);
  for (let o = 0; o < to; o++) {
    const center = (o + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const n = Math.min(from, Math.trunc(center + support + 0.5)) - low;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const x = Math.abs((i + low - center + 0.5) / filterScale);
      raw[i] = x < 1 ? 1 - x : 0;
      sum += raw[i]!;
    }
    for (let i = 0; i < n; i++) weights[o * size + i] = Math.trunc(0.5 + (raw[i]! / sum) * (1 << precisionBits));
    first[o] = low;
    count[o] = n;
  }
  return { first, count, size, weights };
}

/** Interleaved 8-bit pixels. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
  readonly channels: number;
}

const half = 1 << (precisionBits - 1);

/**
 * Resizes interleaved 8-bit pixels; horizontal pass first, rounded to 8 bits between the passes. The weights are positive
 * and their sum is one, so the result needs no clipping.
 * @param flip mirrors the image horizontally
 * @returns interleaved pixels of the new size, bit-identical to Pillow's
 */
export function resizeBilinear(image: Pixels, size: Size, flip = false): Uint8Array {
  const { data, width, height, channels } = image;
  const { width: newWidth, height: newHeight } = size;
  if (width === newWidth && height === newHeight && !flip) return data;
  const stride = newWidth * channels;
  const down = taps(height, newHeight);
  const along = taps(width, newWidth);
  if (channels === 1 && hasThreeTaps(along, width) && hasThreeTaps(down, height))
    return resizeGray(image, { along: threeTaps(along, width), down: threeTaps(down, height) }, flip);
  const out = new Uint8Array(stride * newHeight);
  const rows = new Uint8Array(stride * down.size);
  const across = rowResizer(image, along, flip);
  const vertical: VerticalPass = { rows, stride, taps: down, sums: new Int32Array(stride) };
  let ready = 0;
  for (let y = 0; y < newHeight; y++) {
    const from = down.first[y]!;
    const end = from + down.count[y]!;
    for (; ready < end; ready++) if (ready >= from) across(ready, rows, (ready % down.size) * stride);
    addRows(vertical, y, out);
  }
  return out;
}

/** The vertical pass over rows that have been resized horizontally. */
interface VerticalPass {
  /** Ring buffer of `taps.size` rows: source row r is at (r mod taps.size) × stride. */
  readonly rows: Uint8Array;
  /** Bytes per row. */
  readonly stride: number;
  readonly taps: Taps;
  /** Scratch memory for one row. */
  readonly sums: Int32Array;
}

/** Writes row `y` of the result. */
function addRows({ rows, stride, taps, sums: acc }: VerticalPass, y: number, out: Uint8Array): void {
  const { weights, size: ring } = taps;
  const from = taps.first[y]!;
  const n = taps.count[y]!;
  const w = y * ring;
  const outRow = y * stride;
  const at = (i: number) => ((from + i) % ring) * stride;
  acc.fill(half);
  for (let i = 0; i < n; i++) {
    const weight = weights[w + i]!;
    const row = at(i);
    for (let x = 0; x < stride; x++) acc[x] = acc[x]! + Math.imul(rows[row + x]!, weight);
  }
  for (let x = 0; x < stride; x++) out[outRow + x] = acc[x]! >> precisionBits;
}

type RowResizer = (row: number, out: Uint8Array, outRow: number) => void;

/** Returns a function that resizes one row of the image, mirrored with `flip`. */
function rowResizer(
  { data, width, channels }: Pixels,
  { first, count, size, weights }: Taps,
  flip: boolean,
): RowResizer {
  const place = Int32Array.from(first, (_, x) => (flip ? first.length - 1 - x : x));
  return (row, out, outRow) => {
    for (let x = 0; x < place.length; x++)
      for (let c = 0; c < channels; c++) {
        let acc = half;
        let at = (row * width + first[x]!) * channels + c;
        for (let i = 0; i < count[x]!; i++, at += channels)
          acc = (acc + Math.imul(data[at]!, weights[x * size + i]!)) | 0;
        out[outRow + place[x]! * channels + c] = acc >> precisionBits;
      }
  };
}

/** Per output: the first of three neighbouring inputs, and their weights. */
interface ThreeTaps {
  readonly from: Int32Array;
  readonly weights: Int32Array;
}

/** Whether enlarged or slightly reduced: at most three inputs per output. */
const hasThreeTaps = ({ count }: Taps, inputs: number): boolean => inputs >= 3 && count.every((n) => n <= 3);

/** Fewer than three get weights of zero; those at the end are shifted, so that all three are inside. */
function threeTaps({ first, count, size, weights }: Taps, inputs: number): ThreeTaps {
  const from = first.map((x) => Math.min(x, inputs - 3));
  const three = new Int32Array(3 * first.length);
  for (let o = 0; o < first.length; o++)
    for (let i = 0; i < count[o]!; i++) three[3 * o + first[o]! - from[o]! + i] = weights[o * size + i]!;
  return { from, weights: three };
}

/** Rows that are resized together, so that their pixels stay in the processor's first cache. */
const blockRows = 32;

/** Resizes one channel with three taps in both directions. Whole columns are computed, because their weights are constant. */
function resizeGray(
  { data, width, height }: Pixels,
  { along, down }: { readonly along: ThreeTaps; readonly down: ThreeTaps },
  flip: boolean,
): Uint8Array {
  const newWidth = along.from.length;
  const rows = new Uint8Array(newWidth * height);
  for (let top = 0; top < height; top += blockRows) {
    const end = Math.min(height, top + blockRows) * newWidth;
    for (let x = 0; x < newWidth; x++) {
      const [w0, w1, w2] = [along.weights[3 * x]!, along.weights[3 * x + 1]!, along.weights[3 * x + 2]!];
      let at = top * width + along.from[x]!;
      for (let to = top * newWidth + (flip ? newWidth - 1 - x : x); to < end; to += newWidth, at += width)
        rows[to] =
          (half + Math.imul(data[at]!, w0) + Math.imul(data[at + 1]!, w1) + Math.imul(data[at + 2]!, w2)) >>
          precisionBits;
    }
  }
  const out = new Uint8Array(newWidth * down.from.length);
  for (let y = 0; y < down.from.length; y++) {
    const [w0, w1, w2] = [down.weights[3 * y]!, down.weights[3 * y + 1]!, down.weights[3 * y + 2]!];
    const end = (y + 1) * newWidth;
    for (let to = y * newWidth, at = down.from[y]! * newWidth; to < end; to++, at++)
      out[to] =
        (half +
          Math.imul(rows[at]!, w0) +
          Math.imul(rows[at + newWidth]!, w1) +
          Math.imul(rows[at + 2 * newWidth]!, w2)) >>
        precisionBits;
  }
  return out;
}

/** Detectron2's ResizeShortestEdge.get_output_shape: [height, width]. */
export function shortestEdgeSize(height: number, width: number, short: number, longest: number): [number, number] {
  const scale = short / Math.min(height, width);
  let [h, w] = height < width ? [short, scale * width] : [scale * height, short];
  if (Math.max(h, w) > longest) {
    const shrink = longest / Math.max(h, w);
    [h, w] = [h * shrink, w * shrink];
  }
  return [Math.floor(h + 0.5), Math.floor(w + 0.5)];
}
