import type { Raster, RasterData } from './raster';
import { zerosLike, type RawData } from './rawData';

/** Sample types by their NumPy names. `bool` is stored as 0 or 1; 64-bit integers as doubles; complex values as their modulus. */
// prettier-ignore
export type Dtype =
  | 'bool' | 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64'
  | 'float16' | 'float32' | 'float64' | 'complex64' | 'complex128';

export type { RawData };

/** Pixels as the file contains them: row-major, channels interleaved. */
export interface RawImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly dtype: Dtype;
  readonly data: RawData;
  /** Number of significant bits, where it is below that of the type (a 12-bit camera, a 4-bit scan). */
  readonly bits?: number;
  /**
   * Meaning of the samples: `gray` (further channels are alpha or unknown), `inverted` (gray with 0 as white), `rgb` (a fourth
   * channel is alpha), or `palette` (indices into `palette`).
   */
  readonly colour: 'gray' | 'inverted' | 'rgb' | 'palette';
  /** RGB bytes of each index. */
  readonly palette?: Uint8Array;
  /** Value of pixels without a measurement, if the file defines one. */
  readonly noData?: number;
}

export interface RawStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Minimum, maximum and mean of all finite samples; null where there are none. */
export function rawStatistics({ data }: RawImage): RawStatistics | null {
  let [min, max, sum, n] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if (!Number.isFinite(v)) continue;
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    n++;
  }
  return n ? { min, max, mean: sum / n } : null;
}

/**
 * Converts to the raster that a detector uses: alpha is dropped; gray stored as RGB becomes one channel; samples below 8 bits and 0/1 values are
 * stretched to 8 bits; signed 8- and 16-bit values are shifted to unsigned ones; wider ones become 32-bit floats, in which
 * values without a measurement (not finite, the lowest or highest float, the file's no-data value) become the smallest
 * measured one. Gray integers with the file's no-data value become the smallest other value.
 */
export function toRaster(raw: RawImage): Raster {
  if (raw.colour === 'palette') return grayIfEqual(expandPalette(raw));
  const channels = raw.colour === 'rgb' && raw.channels >= 3 ? 3 : 1;
  const picked = pickChannels(raw, channels);
  const samples = channels === 1 ? withoutNoData(picked, raw.noData) : picked;
  const { width, height } = raw;
  const data = unsigned(raw, samples);
  const bitDepth = data instanceof Uint8Array ? 8 : data instanceof Uint16Array ? 16 : 32;
  const inverted = raw.colour === 'inverted' ? invert(data, raw) : data;
  return grayIfEqual({ width, height, channels, bitDepth, data: inverted });
}

/** The first `keep` channels; the same array where nothing is dropped. */
function pickChannels({ data, channels, width, height }: RawImage, keep: number): RawData {
  if (channels === keep) return data;
  const n = width * height;
  const out = zerosLike(data, n * keep);
  for (let i = 0; i < n; i++) for (let c = 0; c < keep; c++) out[i * keep + c] = data[i * channels + c]!;
  return out;
}

/** Integers without the file's no-data value, which would decide the contrast; floats as they are. */
function withoutNoData(samples: RawData, noData: number | undefined): RawData {
  if (noData === undefined || samples instanceof Float32Array || samples instanceof Float64Array) return samples;
  let low = Infinity;
  let missing = false;
  for (const v of samples)
    if (v === noData) missing = true;
    else if (v < low) low = v;
  return missing && low < Infinity ? samples.map((v) => (v === noData ? low : v)) : samples;
}

function unsigned(raw: RawImage, samples: RawData): RasterData {
  if (samples instanceof Uint8Array)
    return raw.dtype === 'bool' ? stretch(samples, 1) : stretch(samples, raw.bits ?? 8);
  if (samples instanceof Int8Array) {
    // Not Uint8Array.from(samples, f), which makes a list of all values: a gigabyte and minutes for a large image.
    const out = new Uint8Array(samples.length);
    for (let i = 0; i < out.length; i++) out[i] = samples[i]! + 128;
    return out;
  }
  if (samples instanceof Uint16Array) return samples;
  if (samples instanceof Int16Array) {
    const out = new Uint16Array(samples.length);
    for (let i = 0; i < out.length; i++) out[i] = samples[i]! + 32768;
    return out;
  }
  return measuredFloats(samples, raw.noData);
}

function stretch(samples: Uint8Array, bits: number): Uint8Array {
  if (bits >= 8) return samples;
  const top = 2 ** bits - 1;
  return samples.map((v) => Math.round((v * 255) / top));
}

/** Half of the largest float; larger values are markers of missing values. */
const markerLimit = 1.7e38;

function measuredFloats(samples: RawData, noData: number | undefined): Float32Array {
  const out = samples instanceof Float32Array ? samples : Float32Array.from(samples);
  const marker = noData === undefined ? NaN : Math.fround(noData);
  const measured = (v: number) => Math.abs(v) < markerLimit && v !== marker;
  let low = Infinity;
  let missing = false;
  for (let i = 0; i < out.length; i++) {
    const v = out[i]!;
    if (!measured(v)) missing = true;
    else if (v < low) low = v;
  }
  if (!missing) return out;
  const filled = out === samples ? out.slice() : out;
  for (let i = 0; i < filled.length; i++) if (!measured(filled[i]!)) filled[i] = low === Infinity ? 0 : low;
  return filled;
}

/** Inverts an image with 0 as white. Floats are inverted within their range of values, integers within that of their type. */
function invert(data: RasterData, raw: RawImage): RasterData {
  const out = data.slice();
  let top = data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 2 ** Math.min(16, raw.bits ?? 16) - 1 : 0;
  if (data instanceof Float32Array) {
    let [low, high] = [Infinity, -Infinity];
    for (const v of data) [low, high] = [Math.min(low, v), Math.max(high, v)];
    top = low + high;
  }
  for (let i = 0; i < out.length; i++) out[i] = top - data[i]!;
  return out;
}

function expandPalette({ width, height, data, channels, palette }: RawImage): Raster {
  const out = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) out[i * 3 + c] = palette?.[data[i * channels]! * 3 + c] ?? 0;
  return { width, height, channels: 3, bitDepth: 8, data: out };
}

function grayIfEqual(image: Raster): Raster {
  const { width, height, data } = image;
  if (image.channels === 1) return image;
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return image;
  const gray = data.slice(0, width * height);
  for (let i = 0; i < gray.length; i++) gray[i] = data[i * 3]!;
  return { ...image, channels: 1, data: gray };
}
