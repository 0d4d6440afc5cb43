import type { InputFrame } from '../detection/inputFrame';
import type { OnnxDescription } from '../detection/onnxDescription';
import { toRaster8 } from './contrast';
import { writePlanes } from './planes';
import type { Raster } from './raster';
import { resizeBilinear, shortestEdgeSize } from './resizeBilinear';

/** Converts any image to the input of an imported ONNX network: 8-bit window, resize, padding, scale and normalization. */
export function onnxInput(
  image: Raster,
  input: OnnxDescription['input'],
): { data: Float32Array; dims: number[]; frame: InputFrame } {
  const eight = toRaster8(image);
  const { resize } = input;
  let [height, width] = [image.height, image.width];
  let gain = 1;
  if (resize.mode === 'shortest-edge')
    [height, width] = shortestEdgeSize(image.height, image.width, resize.minSize, resize.maxSize);
  else if (resize.mode === 'letterbox') {
    gain = Math.min(resize.width / image.width, resize.height / image.height);
    [height, width] = [image.height, image.width].map((n) => Math.max(1, Math.round(n * gain))) as [number, number];
  }
  const divide = (n: number) =>
    resize.mode === 'letterbox' ? n : Math.ceil(n / resize.sizeDivisibility) * resize.sizeDivisibility;
  const [paddedWidth, paddedHeight] =
    resize.mode === 'letterbox' ? [resize.width, resize.height] : [divide(width), divide(height)];
  // Ultralytics' LetterBox rounds half down.
  const centered = resize.mode === 'letterbox' && resize.centered;
  const left = centered ? Math.round((paddedWidth - width) / 2 - 0.1) : 0;
  const top = centered ? Math.round((paddedHeight - height) / 2 - 0.1) : 0;
  const resized = resizeBilinear(eight, { width, height });
  const plane = paddedWidth * paddedHeight;
  const data = new Float32Array(3 * plane);
  if (resize.mode === 'letterbox')
    for (let c = 0; c < 3; c++)
      data.fill((resize.pad * input.scale - input.pixelMean[c]!) / input.pixelStd[c]!, c * plane, (c + 1) * plane);
  writePlanes({ ...eight, data: resized, width, height }, input, { data, stride: paddedWidth, left, top });
  const dims = [3, paddedHeight, paddedWidth];
  return {
    data,
    dims: input.rank === 4 ? [1, ...dims] : dims,
    frame: {
      // Ultralytics maps boxes back by the gain, not by the rounded size.
      scaleX: centered ? gain : width / image.width,
      scaleY: centered ? gain : height / image.height,
      left,
      top,
      width: paddedWidth,
      height: paddedHeight,
    },
  };
}
