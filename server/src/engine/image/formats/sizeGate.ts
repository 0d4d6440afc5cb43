import { unsupported } from './format';

/** Largest number of pixels of an image. */
const maxPixels = 250e6;
/** Largest decoded image in bytes; with the copies during an estimate, a process stays below 1.5 GB. */
const maxBytes = 600e6;
/** Longest side in pixels. */
const maxSide = 200_000;

/** Refuses an image before anything of its size is allocated. @throws ImageRefusal */
export function checkSize(size: { width: number; height: number; channels: number; bytesPerSample: number }): void {
  const { width, height, channels, bytesPerSample } = size;
  if (![width, height, channels, bytesPerSample].every((v) => Number.isInteger(v) && v > 0))
    throw unsupported('The image has no valid size.');
  const pixels = width * height;
  if (pixels > maxPixels)
    throw unsupported(
      `The image has ${Math.round(pixels / 1e6)} megapixels; at most ${maxPixels / 1e6} are supported.`,
    );
  if (Math.max(width, height) > maxSide)
    throw unsupported(`The image is ${width}×${height} pixels; at most ${maxSide} on a side are supported.`);
  const bytes = pixels * channels * bytesPerSample;
  if (bytes > maxBytes)
    throw unsupported(
      `The image takes ${Math.round(bytes / 1e6)} MB decoded; at most ${Math.round(maxBytes / 1e6)} MB are supported.`,
    );
}
