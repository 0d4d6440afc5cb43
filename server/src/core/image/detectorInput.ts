import type { DetectorDescription } from '../detection/description';
import { toGray8, toRaster8 } from './contrast';
import { flatten } from './flatten';
import { writePlanes } from './planes';
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

/** Any image to the network's input: 8-bit window, ResizeShortestEdge, normalization, padding (DefaultPredictor). */
export function detectorInput(image: Raster, input: DetectorDescription['input']): DetectorInput {
  const [height, width] = shortestEdgeSize(image.height, image.width, input.minSize, input.maxSize);
  const round = (v: number) => Math.ceil(v / input.sizeDivisibility) * input.sizeDivisibility;
  const [paddedWidth, paddedHeight] = [round(width), round(height)];
  const eight = toRaster8(image);
  if (input.format === 'cavity-flat2') {
    const gray = toGray8(eight);
    const resized = resizeBilinear(gray.data, gray.width, gray.height, 1, width, height);
    return {
      data: flatten(resized, width, height, paddedWidth, paddedHeight),
      channels: 2,
      paddedWidth,
      paddedHeight,
      width,
      height,
    };
  }
  const resized = resizeBilinear(eight.data, eight.width, eight.height, eight.channels, width, height);
  const data = new Float32Array(3 * paddedWidth * paddedHeight);
  const format = input.format;
  writePlanes({ ...eight, data: resized, width, height }, { ...input, format }, data, paddedWidth, 0, 0);
  return { data, channels: 3, paddedWidth, paddedHeight, width, height };
}
