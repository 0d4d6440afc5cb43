import type { Raster } from './raster';
import type { Window } from './contrast';

/** One resolution of a grey image, row-major; values are quantized (see `Quantization`). */
export interface DisplayLevel {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

/** Original grey value = low + step * stored value. */
export interface Quantization {
  readonly low: number;
  readonly step: number;
}

/** What a viewer requires before it draws; grey values are those of the original image. */
export interface GreyStatistics {
  readonly min: number;
  readonly max: number;
  /** 256 counts over equal parts of min to max. */
  readonly histogram: readonly number[];
  /** The 0.1 and 99.9 percentiles, widened to a grey value where they are equal. */
  readonly auto: Window;
}

/** The smallest level of a pyramid is at most this wide and high. */
const overviewSize = 1024;

/**
 * Grey values as 8 or 16 bit integers. Colour is converted to luma (ITU-R 601-2). Floats are scaled to 16 bits between their
 * finite minimum and maximum; a value that is not finite becomes the minimum.
 */
export function quantizeGray(image: Raster): { level: DisplayLevel; quantization: Quantization } {
  const { width, height, channels, data } = image;
  const count = width * height;
  const at =
    channels === 1
      ? (i: number) => data[i]!
      : (i: number) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
  if (image.bitDepth !== 32) {
    if (channels === 1)
      return { level: { width, height, data: data as Uint8Array | Uint16Array }, quantization: { low: 0, step: 1 } };
    const gray = image.bitDepth === 8 ? new Uint8Array(count) : new Uint16Array(count);
    for (let i = 0; i < count; i++) gray[i] = Math.round(at(i));
    return { level: { width, height, data: gray }, quantization: { low: 0, step: 1 } };
  }
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const v = at(i);
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (low > high) [low, high] = [0, 1];
  const step = high > low ? (high - low) / 65535 : 1;
  const gray = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const v = at(i);
    gray[i] = Number.isFinite(v) ? Math.round((v - low) / step) : 0;
  }
  return { level: { width, height, data: gray }, quantization: { low, step } };
}

/** Half the size, rounded up; each pixel is the rounded mean of the two by two pixels (fewer at an odd edge) that it replaces. */
export function halve({ width, height, data }: DisplayLevel): DisplayLevel {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = data instanceof Uint8Array ? new Uint8Array(w * h) : new Uint16Array(w * h);
  for (let y = 0; y < h; y++) {
    const top = 2 * y * width;
    const bottom = 2 * y + 1 < height ? top + width : top;
    for (let x = 0; x < w; x++) {
      const left = 2 * x;
      const right = left + 1 < width ? left + 1 : left;
      out[y * w + x] = (data[top + left]! + data[top + right]! + data[bottom + left]! + data[bottom + right]! + 2) >> 2;
    }
  }
  return { width: w, height: h, data: out };
}

/** Levels from full resolution down to one of at most `overviewSize` pixels a side. */
export function displayPyramid(full: DisplayLevel): DisplayLevel[] {
  const levels = [full];
  for (let last = full; Math.max(last.width, last.height) > overviewSize; levels.push(last)) last = halve(last);
  return levels;
}

/** Histogram, range and automatic window of a picture, in values of the original image. */
export function greyStatistics({ data }: DisplayLevel, { low, step }: Quantization): GreyStatistics {
  const counts = new Uint32Array(data instanceof Uint8Array ? 256 : 65536);
  for (let i = 0; i < data.length; i++) counts[data[i]!]!++;
  let first = 0;
  while (first < counts.length - 1 && counts[first] === 0) first++;
  let last = counts.length - 1;
  while (last > first && counts[last] === 0) last--;
  const histogram = new Array<number>(256).fill(0);
  const range = Math.max(1, last - first);
  for (let v = first; v <= last; v++) histogram[Math.min(255, Math.floor(((v - first) * 256) / range))]! += counts[v]!;
  const percentile = (q: number) => {
    let below = 0;
    for (let v = first; v <= last; v++) if ((below += counts[v]!) >= q * data.length) return v;
    return last;
  };
  const [from, to] = [percentile(0.001), percentile(0.999)];
  return {
    min: low + step * first,
    max: low + step * last,
    histogram,
    auto: { low: low + step * from, high: low + step * Math.max(to, from + 1) },
  };
}

/** A square part of a level, clipped at its edges. */
export function cutTile(level: DisplayLevel, x: number, y: number, size: number): DisplayLevel {
  const width = Math.min(size, level.width - x);
  const height = Math.min(size, level.height - y);
  const data = level.data instanceof Uint8Array ? new Uint8Array(width * height) : new Uint16Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * level.width + x;
    data.set(level.data.subarray(start, start + width), row * width);
  }
  return { width, height, data };
}
