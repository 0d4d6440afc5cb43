import type { RawImage } from './rawImage';
import { zerosLike } from './rawData';

/** The part of an image inside a window; the window is clipped to the image. */
export function cropRaw(
  raw: RawImage,
  window: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): RawImage {
  const { channels, data } = raw;
  const x = Math.min(raw.width, Math.max(0, window.x));
  const y = Math.min(raw.height, Math.max(0, window.y));
  const width = Math.max(0, Math.min(raw.width - x, window.width));
  const height = Math.max(0, Math.min(raw.height - y, window.height));
  const out = zerosLike(data, width * height * channels);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * raw.width + x) * channels;
    out.set(data.subarray(start, start + width * channels), row * width * channels);
  }
  return { ...raw, width, height, data: out };
}
