import { plainView, type Augmentation, type DetectorDescription } from '../detection/description';
import { toGray8, toRaster8 } from './contrast';
import { writePlanes } from './planes';
import type { Size } from '../geometry/size';
import type { Raster } from './raster';
import { resizeBilinear, shortestEdgeSize } from './resizeBilinear';

export interface DetectorInput {
  /** Padded float32 planes, or the resized gray pixels of a network that normalizes them itself. */
  readonly data: Float32Array | Uint8Array;
  /** 1 × channels × height × width of `data`. */
  readonly dims: readonly number[];
  /** Size of the resized image without padding, in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Converts an image of any bit depth to the network's input: 8-bit window, ResizeShortestEdge, normalization, padding (DefaultPredictor).
 * A view scales the resized size and mirrors the resized pixels.
 */
export function detectorInput(
  image: Raster,
  input: DetectorDescription['input'],
  view: Augmentation = plainView,
): DetectorInput {
  const whole = networkSize(image, input);
  const [height, width] = [whole.height, whole.width].map((n) => Math.floor(n * view.scale + 0.5)) as [number, number];
  const eight = toRaster8(image);
  if (input.format === 'cavity-flat2') {
    const gray = toGray8(eight);
    const data = resizeBilinear({ ...gray, channels: 1 }, { width, height }, view.flip);
    return { data, dims: [1, 1, height, width], width, height };
  }
  const round = (v: number) => Math.ceil(v / input.sizeDivisibility) * input.sizeDivisibility;
  const [paddedWidth, paddedHeight] = [round(width), round(height)];
  const resized = resizeBilinear(eight, { width, height }, view.flip);
  const data = new Float32Array(3 * paddedWidth * paddedHeight);
  const format = input.format;
  writePlanes(
    { ...eight, data: resized, width, height },
    { ...input, format },
    { data, stride: paddedWidth, left: 0, top: 0 },
  );
  return { data, dims: [1, 3, paddedHeight, paddedWidth], width, height };
}

/** Size that an image is brought to for the network, before padding. */
export function networkSize(image: Size, input: DetectorDescription['input']): Size {
  const [height, width] = shortestEdgeSize(image.height, image.width, shortSide(image, input), input.maxSize);
  return { width, height };
}

function shortSide(image: Size, { minSize, keepSize }: DetectorDescription['input']): number {
  const side = Math.min(image.width, image.height);
  return keepSize && side >= keepSize[0] ? Math.min(side, keepSize[1]) : minSize;
}
