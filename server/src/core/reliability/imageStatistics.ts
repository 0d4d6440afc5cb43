import { toGray8, toRaster8 } from '../image/contrast';
import type { Raster } from '../image/raster';

/** Names of the label-free statistics, in order; they tell micrographs from photographs, blanks and pure noise. */
export const imageStatisticNames = [
  'logStd',
  'noiseShare',
  'correlation1',
  'correlation8',
  'correlation32',
  'saturated',
  'flat',
  'edgeKurtosis',
  'colourfulness',
  'textureSpread',
] as const;

/**
 * Statistics of a central window of at most 448 × 448 pixels of the 8-bit image: a sample is enough, and it stays cheap.
 * noiseShare: Immerkær's noise sigma (1996) over the standard deviation; correlations at 1, 8 and 32 pixels, of every third row;
 * edgeKurtosis: log kurtosis of horizontal differences; colourfulness: mean |R−G| + |G−B| in grey levels;
 * textureSpread: log of the 90th over the 10th percentile of the fine texture of 16 × 16 blocks. Noise covers a micrograph
 * evenly; a photograph has smooth and rough parts.
 */
export function imageStatistics(image: Raster): Float64Array {
  const eight = toRaster8(image);
  const { pixels: p, w, h } = centralWindow(toGray8(eight).data, image.width, image.height);
  let [sum, square, saturated, flat] = [0, 0, 0, 0];
  let [laplace, second, fourth] = [0, 0, 0];
  for (let y = 0; y < h; y++)
    for (let x = 0, i = y * w; x < w; x++, i++) {
      const v = p[i]!;
      sum += v;
      square += v * v;
      if (v === 0 || v === 255) saturated++;
      if (x + 1 === w) continue;
      const d = p[i + 1]! - v;
      const dd = d * d;
      if (d === 0) flat++;
      second += dd;
      fourth += dd * dd;
      if (x === 0 || y === 0 || y + 1 === h) continue;
      const cross = p[i - 1]! + p[i + 1]! + p[i - w]! + p[i + w]!;
      const corners = p[i - w - 1]! + p[i - w + 1]! + p[i + w - 1]! + p[i + w + 1]!;
      laplace += Math.abs(4 * v - 2 * cross + corners);
    }
  const n = w * h;
  const mean = sum / n;
  const variance = Math.max(1e-6, square / n - mean * mean);
  const sigma = (Math.sqrt(Math.PI / 2) * laplace) / (6 * Math.max(1, (w - 2) * (h - 2)));
  const correlation = (lag: number) => {
    if (lag >= w) return 0;
    let acc = 0;
    let rows = 0;
    for (let y = 0; y < h; y += 3, rows++)
      for (let i = y * w, end = i + w - lag; i < end; i++) acc += (p[i]! - mean) * (p[i + lag]! - mean);
    return acc / (rows * (w - lag)) / variance;
  };
  const pairs = h * (w - 1);
  return Float64Array.of(
    Math.log(Math.sqrt(variance)),
    Math.min(2, sigma / Math.sqrt(variance)),
    correlation(1),
    correlation(8),
    correlation(32),
    saturated / n,
    flat / pairs,
    Math.log(Math.max(1, (fourth * pairs) / Math.max(1, second * second))),
    colourfulness(eight),
    textureSpread(p, w, h),
  );
}

function centralWindow(gray: Uint8Array, width: number, height: number) {
  const w = Math.min(448, width);
  const h = Math.min(448, height);
  const from = ((height - h) >> 1) * width + ((width - w) >> 1);
  const pixels = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) pixels.set(gray.subarray(from + y * width, from + y * width + w), y * w);
  return { pixels, w, h };
}

/** Mean absolute mixed second difference of each block, a third of a level added so that flat blocks stay finite. */
function textureSpread(p: Uint8Array, w: number, h: number): number {
  const side = 16;
  const levels: number[] = [];
  for (let top = 0; top + side < h; top += side)
    for (let left = 0; left + side < w; left += side) {
      let sum = 0;
      for (let y = top; y < top + side; y++)
        for (let i = y * w + left, end = i + side; i < end; i++)
          sum += Math.abs(p[i]! - p[i + 1]! - p[i + w]! + p[i + w + 1]!);
      levels.push(sum / (side * side) + 0.3);
    }
  if (levels.length === 0) return 0;
  levels.sort((a, b) => a - b);
  const at = (q: number) => levels[Math.round(q * (levels.length - 1))]!;
  return Math.log(at(0.9) / at(0.1));
}

function colourfulness(image: Raster): number {
  if (image.channels === 1) return 0;
  const step = 3 * Math.max(1, Math.floor(image.data.length / 3 / 50_000));
  let total = 0;
  let n = 0;
  for (let i = 0; i + 2 < image.data.length; i += step, n++)
    total += Math.abs(image.data[i]! - image.data[i + 1]!) + Math.abs(image.data[i + 1]! - image.data[i + 2]!);
  return total / n;
}
