import type { DetectorDescription } from '../detection/description';
import { toGray8, toRaster8 } from './contrast';
import { flatten } from './flatten';
import type { Raster } from './raster';
import { resizeBilinear, shortestEdgeSize } from './resizeBilinear';

export interface DetectorInput {
  /** channels × paddedHeight × paddedWidth */
  readonly data: Float32Array;
  readonly channels: number;
  readonly paddedWidth: number;
  readonly paddedHeight: number;
  /** Size of the resized image inside the padding. */
  readonly width: number;
  readonly height: number;
}

/**
 * Any image to the network's input: 8-bit window, ResizeShortestEdge, normalization, padding (DefaultPredictor).
 * @param buffer the data of an earlier image of the same size, to be overwritten
 */
export function detectorInput(
  image: Raster,
  input: DetectorDescription['input'],
  buffer?: Float32Array,
): DetectorInput {
  const [height, width] = shortestEdgeSize(image.height, image.width, input.minSize, input.maxSize);
  const round = (v: number) => Math.ceil(v / input.sizeDivisibility) * input.sizeDivisibility;
  const [paddedWidth, paddedHeight] = [round(width), round(height)];
  const eight = toRaster8(image);
  if (input.format === 'cavity-flat2') {
    const gray = toGray8(eight);
    const resized = resizeBilinear(gray.data, gray.width, gray.height, 1, width, height);
    return {
      data: flatten(resized, width, height, paddedWidth, paddedHeight, buffer),
      channels: 2,
      paddedWidth,
      paddedHeight,
      width,
      height,
    };
  }
  const resized = resizeBilinear(eight.data, eight.width, eight.height, eight.channels, width, height);
  const plane = paddedWidth * paddedHeight;
  const data = buffer ?? new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const source = eight.channels === 1 ? 0 : input.format === 'BGR' ? 2 - c : c;
    const mean = input.pixelMean[c]!;
    const gain = 1 / input.pixelStd[c]!;
    for (let y = 0; y < height; y++)
      for (
        let x = 0, i = y * width * eight.channels + source, o = c * plane + y * paddedWidth;
        x < width;
        x++, i += eight.channels, o++
      )
        data[o] = (resized[i]! - mean) * gain;
  }
  return { data, channels: 3, paddedWidth, paddedHeight, width, height };
}
