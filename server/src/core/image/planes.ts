import type { Raster8 } from './raster';

/** Grey levels times `scale` (1 by default), then `(v − mean) / std`, one mean and one std per plane. */
export interface Normalization {
  readonly format: 'RGB' | 'BGR';
  readonly scale?: number;
  readonly pixelMean: readonly number[];
  readonly pixelStd: readonly number[];
}

/** Memory with three planes, and the position of the image's upper left corner in each. */
export interface Planes {
  readonly data: Float32Array;
  /** Values per row. */
  readonly stride: number;
  readonly left: number;
  readonly top: number;
}

/** Writes an image's three normalized planes; gray is written to all three. */
export function writePlanes(
  image: Raster8,
  { format, scale = 1, pixelMean, pixelStd }: Normalization,
  { data: out, stride, left, top }: Planes,
): void {
  const plane = out.length / 3;
  const { data, width, height, channels } = image;
  for (let c = 0; c < 3; c++) {
    const source = channels === 1 ? 0 : format === 'BGR' ? 2 - c : c;
    const mean = pixelMean[c]!;
    const std = pixelStd[c]!;
    for (let y = 0; y < height; y++) {
      let i = y * width * channels + source;
      let o = c * plane + (y + top) * stride + left;
      for (let x = 0; x < width; x++, i += channels, o++) out[o] = (data[i]! * scale - mean) / std;
    }
  }
}
