import type { RawImage } from './rawImage';
import { zerosLike } from './rawData';

/**
 * Turns an image upright.
 * @param orientation value of the EXIF and TIFF tag 274: 1 is upright, 5 to 8 exchange width and height
 */
export function applyOrientation(raw: RawImage, orientation: number): RawImage {
  if (!(orientation >= 2 && orientation <= 8)) return raw;
  const { width: w, height: h, channels, data } = raw;
  const swapped = orientation >= 5;
  const [width, height] = swapped ? [h, w] : [w, h];
  const out = zerosLike(data, data.length);
  const flipX = [2, 3, 7, 8].includes(orientation);
  const flipY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = swapped ? [y, x] : [x, y];
      const sx = flipX ? w - 1 - column : column;
      const sy = flipY ? h - 1 - row : row;
      const from = (sy * w + sx) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c]!;
    }
  return { ...raw, width, height, data: out };
}
