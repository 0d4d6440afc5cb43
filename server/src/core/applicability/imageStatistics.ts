import { toGray8, toRaster8 } from '../image/contrast';
import type { Raster } from '../image/raster';
import { pointSymmetry, radialFraction } from './centralStructure';
import { coarseCells } from './coarseCells';
import { medianPosition } from './medianPosition';

/** Names of the image statistics, in order; they separate micrographs from other images and require no labels. */
export const imageStatisticNames = [
  'logStd',
  'noiseRatio',
  'correlation1',
  'correlation8',
  'correlation32',
  'saturated',
  'flat',
  'edgeKurtosis',
  'colourfulness',
  'textureSpread',
  'pointSymmetry',
  'radialFraction',
  'medianPosition',
] as const;

/**
 * Number of statistics, from the first, that are compared with the training images; the others are only used by fixed
 * rules.
 */
export const comparedStatistics = 10;

/**
 * Statistics of a central window of at most 448 × 448 pixels of the 8-bit image; a sample is sufficient and fast.
 * noiseRatio: Immerkær's noise sigma (1996) over the standard deviation; correlations at 1, 8 and 32 pixels, of every
 * third row; edgeKurtosis: log kurtosis of horizontal differences; colourfulness: mean |R−G| + |G−B| in grey levels;
 * textureSpread: log of the 90th over the 10th percentile of the fine texture of 16 × 16 blocks. Noise covers a
 * micrograph evenly; a photograph has smooth and rough parts.
 * @returns one value per name in `imageStatisticNames`, in that order
 */
export function imageStatistics(image: Raster): Float64Array {
  const eight = toRaster8(image);
  const gray = toGray8(eight).data;
  const cells = coarseCells(gray, image.width, image.height);
  const window = centralWindow(gray, image.width, image.height);
  const { w, h } = window;
  const { sum, square, saturated, flat, second, fourth, laplace } = sums(window);
  const n = w * h;
  const mean = sum / n;
  const variance = Math.max(1e-6, square / n - mean * mean);
  const sigma = (Math.sqrt(Math.PI / 2) * laplace) / (6 * Math.max(1, (w - 2) * (h - 2)));
  const correlation = (lag: number) => (lag >= w ? 0 : covariance(window, lag, mean) / variance);
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
    textureSpread(window),
    pointSymmetry(cells),
    radialFraction(cells),
    medianPosition(gray),
  );
}

/** A part of a row-major 8-bit image, `w` wide and `h` high, without a copy of its pixels. */
interface GrayWindow {
  readonly pixels: Uint8Array;
  /** Index of the first pixel. */
  readonly from: number;
  /** Pixels from row to row. */
  readonly stride: number;
  readonly w: number;
  readonly h: number;
}

// The sums of a row are integers of at most 31 bits, which V8 adds without floating point.

/**
 * Sums over the window: levels and their squares, horizontal differences to the second and fourth power, and Σ |L| of
 * its inside, L the mask (1, −2, 1) × (1, −2, 1) of Immerkær's estimate.
 */
function sums({ pixels: p, from, stride, w, h }: GrayWindow) {
  let [sum, square, saturated, flat] = [0, 0, 0, 0];
  let [second, fourth, laplace] = [0, 0, 0];
  for (let y = 0; y < h; y++) {
    const row = from + y * stride;
    let [levels, squares, steps] = [0, 0, 0];
    let before = p[row]!;
    for (let i = row, end = row + w; i < end; i++) {
      const v = p[i]!;
      const d = v - before;
      const dd = Math.imul(d, d);
      levels = (levels + v) | 0;
      squares = (squares + Math.imul(v, v)) | 0;
      steps = (steps + dd) | 0;
      fourth += dd * dd;
      if (v === 0 || v === 255) saturated++;
      if (d === 0) flat++;
      before = v;
    }
    sum += levels;
    square += squares;
    second += steps;
    flat--; // without the first pixel, whose left neighbour is itself
    if (y > 0 && y + 1 < h) laplace += laplacian(p, { row, w, stride });
  }
  return { sum, square, saturated, flat, second, fourth, laplace };
}

interface WindowRow {
  /** Index of the first pixel. */
  readonly row: number;
  readonly w: number;
  readonly stride: number;
}

function laplacian(p: Uint8Array, { row, w, stride }: WindowRow): number {
  const column = (i: number) => p[i - stride]! - 2 * p[i]! + p[i + stride]!;
  let total = 0;
  if (w < 3) return total;
  let left = column(row);
  let middle = column(row + 1);
  for (let i = row + 2, end = row + w; i < end; i++) {
    const right = column(i);
    total = (total + Math.abs(left - 2 * middle + right)) | 0;
    left = middle;
    middle = right;
  }
  return total;
}

/** Covariance of pixels `lag` apart along every third row, about the mean of the whole window. */
function covariance({ pixels: p, from, stride, w, h }: GrayWindow, lag: number, mean: number): number {
  let [total, pairs] = [0, 0];
  for (let y = 0; y < h; y += 3) {
    let [products, sum] = [0, 0];
    for (let i = from + y * stride, end = i + w - lag; i < end; i++) {
      const a = p[i]!;
      const b = p[i + lag]!;
      products = (products + Math.imul(a, b)) | 0;
      sum = (sum + a + b) | 0;
    }
    total += products - mean * sum;
    pairs += w - lag;
  }
  return total / pairs + mean * mean;
}

function centralWindow(pixels: Uint8Array, width: number, height: number): GrayWindow {
  const w = Math.min(448, width);
  const h = Math.min(448, height);
  const from = ((height - h) >> 1) * width + ((width - w) >> 1);
  return { pixels, from, stride: width, w, h };
}

/**
 * Spread of the blocks' mean absolute mixed second differences; 0.3 levels are added so that flat blocks have a finite
 * logarithm.
 */
function textureSpread({ pixels: p, from, stride, w, h }: GrayWindow): number {
  const side = 16;
  const levels: number[] = [];
  for (let top = 0; top + side < h; top += side)
    for (let left = 0; left + side < w; left += side) {
      let sum = 0;
      for (let y = top; y < top + side; y++) {
        const first = from + y * stride + left;
        let before = p[first]! - p[first + stride]!;
        for (let i = first + 1, end = i + side; i < end; i++) {
          const here = p[i]! - p[i + stride]!;
          sum = (sum + Math.abs(before - here)) | 0;
          before = here;
        }
      }
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
