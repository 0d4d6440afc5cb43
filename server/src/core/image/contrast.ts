import type { Raster, Raster8 } from './raster';

export interface Window {
  readonly low: number;
  readonly high: number;
}

/**
 * Grey values displayed as black and white: 0 and 255 for an 8-bit image, else the 0.1 and 99.9 percentiles of finite values,
 * because a 16- or 32-bit image would otherwise appear black.
 */
function autoWindow(image: Raster): Window {
  if (image.bitDepth === 8) return { low: 0, high: 255 };
  const step = Math.max(1, Math.floor(image.data.length / 200_000));
  const values: number[] = [];
  for (let i = 0; i < image.data.length; i += step) if (Number.isFinite(image.data[i]!)) values.push(image.data[i]!);
  if (values.length === 0) return { low: 0, high: 1 };
  const sorted = Float64Array.from(values).sort();
  const at = (q: number) => sorted[Math.round(q * (sorted.length - 1))]!;
  const [low, high] = [at(0.001), at(0.999)];
  if (high > low) return { low, high };
  return { low: sorted[0]!, high: sorted.at(-1)! > sorted[0]! ? sorted.at(-1)! : sorted[0]! + 1 };
}

/** Maps a window to 0–255; values that are not numbers become the window's low end. */
export function toRaster8(image: Raster, window: Window = autoWindow(image)): Raster8 {
  if (image.bitDepth === 8 && window.low === 0 && window.high === 255) return image as Raster8;
  const data = new Uint8Array(image.data.length);
  const gain = 255 / (window.high - window.low);
  for (let i = 0; i < data.length; i++) {
    const v = (image.data[i]! - window.low) * gain + 0.5;
    data[i] = v >= 255 ? 255 : v > 0 ? v : 0;
  }
  return { ...image, bitDepth: 8, data };
}

/** Luma of interleaved RGB as Pillow's convert('L') computes it (ITU-R 601-2, 16-bit fixed point). */
export function toGray8(image: Raster8): Raster8 {
  if (image.channels === 1) return image;
  const data = new Uint8Array(image.width * image.height);
  for (let i = 0, j = 0; i < data.length; i++, j += 3)
    data[i] = (image.data[j]! * 19595 + image.data[j + 1]! * 38470 + image.data[j + 2]! * 7471 + 0x8000) >> 16;
  return { ...image, channels: 1, data };
}
