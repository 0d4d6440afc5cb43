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
] as const;

/**
 * Statistics of a central window of at most 768 × 768 pixels of the 8-bit image.
 * noiseShare: Immerkær's noise sigma (1996) over the standard deviation; correlations at 1, 8 and 32 pixels;
 * edgeKurtosis: log kurtosis of horizontal differences; colourfulness: mean |R−G| + |G−B| in grey levels.
 */
export function imageStatistics(image: Raster): Float64Array {
  const eight = toRaster8(image);
  const gray = toGray8(eight).data;
  const { width } = image;
  const w = Math.min(768, width);
  const h = Math.min(768, image.height);
  const left = (width - w) >> 1;
  const top = (image.height - h) >> 1;
  const at = (x: number, y: number) => gray[(y + top) * width + x + left]!;
  let [sum, square, saturated, flat] = [0, 0, 0, 0];
  let [laplace, second, fourth] = [0, 0, 0];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const v = at(x, y);
      sum += v;
      square += v * v;
      if (v === 0 || v === 255) saturated++;
      if (x + 1 < w) {
        const d = at(x + 1, y) - v;
        if (d === 0) flat++;
        second += d * d;
        fourth += d ** 4;
      }
      if (x > 0 && y > 0 && x + 1 < w && y + 1 < h)
        laplace += Math.abs(
          4 * v -
            2 * (at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1)) +
            at(x - 1, y - 1) +
            at(x + 1, y - 1) +
            at(x - 1, y + 1) +
            at(x + 1, y + 1),
        );
    }
  const n = w * h;
  const mean = sum / n;
  const variance = Math.max(1e-6, square / n - mean * mean);
  const sigma = (Math.sqrt(Math.PI / 2) * laplace) / (6 * Math.max(1, (w - 2) * (h - 2)));
  const correlation = (lag: number) => {
    if (lag >= w) return 0;
    let acc = 0;
    for (let y = 0; y < h; y++) for (let x = 0; x + lag < w; x++) acc += (at(x, y) - mean) * (at(x + lag, y) - mean);
    return acc / (h * (w - lag)) / variance;
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
  );
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
