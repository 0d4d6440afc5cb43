/** PIL's bilinear resize of 8-bit images (Pillow src/libImaging/Resample.c), which Detectron2's ResizeShortestEdge uses. */

const precisionBits = 32 - 8 - 2;

interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly size: number;
  readonly weights: Int32Array;
}

/** Triangle filter whose support widens when shrinking; fixed-point weights (precompute_coeffs, normalize_coeffs_8bpc). */
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

const clip8 = (v: number): number => {
  const x = v >> precisionBits;
  return x < 0 ? 0 : x > 255 ? 255 : x;
};

/**
 * Resizes interleaved 8-bit pixels; horizontal pass first, rounded and clipped to 8 bits between the passes.
 * @returns interleaved pixels of newWidth × newHeight, bit-identical to Pillow's.
 */
export function resizeBilinear(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  newWidth: number,
  newHeight: number,
): Uint8Array {
  const across = width === newWidth ? data : horizontal(data, width, height, channels, newWidth);
  return height === newHeight ? across : vertical(across, newWidth * channels, height, newHeight);
}

function horizontal(data: Uint8Array, width: number, height: number, channels: number, newWidth: number): Uint8Array {
  const { first, count, size, weights } = taps(width, newWidth);
  const out = new Uint8Array(newWidth * height * channels);
  const half = 1 << (precisionBits - 1);
  if (channels === 1 && count.every((n) => n <= 3)) {
    // Gray, enlarging: at most three taps a pixel; a missing one has weight 0, and may lie behind the last pixel.
    const source = new Uint8Array(data.length + 2);
    source.set(data);
    for (let y = 0; y < height; y++) {
      const row = y * width;
      const outRow = y * newWidth;
      for (let x = 0, w = 0; x < newWidth; x++, w += size) {
        const at = row + first[x]!;
        out[outRow + x] = clip8(
          half + data[at]! * weights[w]! + source[at + 1]! * weights[w + 1]! + source[at + 2]! * weights[w + 2]!,
        );
      }
    }
    return out;
  }
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    const outRow = y * newWidth * channels;
    for (let x = 0; x < newWidth; x++) {
      const n = count[x]!;
      const w = x * size;
      for (let c = 0; c < channels; c++) {
        let acc = half;
        let at = row + first[x]! * channels + c;
        for (let i = 0; i < n; i++, at += channels) acc += data[at]! * weights[w + i]!;
        out[outRow + x * channels + c] = clip8(acc);
      }
    }
  }
  return out;
}

function vertical(data: Uint8Array, stride: number, height: number, newHeight: number): Uint8Array {
  const { first, count, size, weights } = taps(height, newHeight);
  const out = new Uint8Array(stride * newHeight);
  const half = 1 << (precisionBits - 1);
  const acc = new Int32Array(stride);
  for (let y = 0; y < newHeight; y++) {
    const n = count[y]!;
    const w = y * size;
    const row = first[y]! * stride;
    const outRow = y * stride;
    // Enlarging has at most three taps: one pass without an accumulator.
    if (n <= 3) {
      const [w0, w1, w2] = [weights[w]!, n > 1 ? weights[w + 1]! : 0, n > 2 ? weights[w + 2]! : 0];
      const [r1, r2] = [n > 1 ? row + stride : row, n > 2 ? row + 2 * stride : row];
      for (let x = 0; x < stride; x++)
        out[outRow + x] = clip8(half + data[row + x]! * w0 + data[r1 + x]! * w1 + data[r2 + x]! * w2);
      continue;
    }
    acc.fill(half);
    for (let i = 0; i < n; i++) {
      const weight = weights[w + i]!;
      const from = row + i * stride;
      for (let x = 0; x < stride; x++) acc[x]! += data[from + x]! * weight;
    }
    for (let x = 0; x < stride; x++) out[outRow + x] = clip8(acc[x]!);
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
