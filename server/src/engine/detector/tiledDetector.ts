import type { Size } from '../../core/geometry/size';
import { aboveThreshold, noCandidates, type Candidates, type SelectCandidates } from '../../core/detection/candidates';
import type { DetectorDescription } from '../../core/detection/description';
import { mergeTiles, planTiles, tilingFor, type TilePart, type TileWindow } from '../../core/detection/tiles';
import { toRaster8 } from '../../core/image/contrast';
import type { Raster8 } from '../../core/image/raster';
import type { SelectingDetector } from './detector';

/**
 * A detector that runs on a large image as a whole and on its overlapping tiles, one after the other: reduced to the network's
 * input size, small cavities would be lost. Other images are passed to the inner detector unchanged.
 * All tiles use the gray window of the whole image. The network does not run on tiles of a single gray value, such as a hole in the
 * foil. `onTile` counts only the tiles.
 * @param input input format of the network; it determines how large an image is detected whole
 * @param nmsThreshold the model's own, for duplicates in the overlaps
 */
export function tiled(
  inner: SelectingDetector,
  input: DetectorDescription['input'],
  nmsThreshold?: number,
): SelectingDetector {
  return {
    id: inner.id,
    categories: inner.categories,
    device: inner.device,
    async detect(image, options = {}) {
      const tiling = tilingFor(image, input);
      if (!tiling) return inner.detect(image, options);
      const { select, onTile, ...rest } = options;
      const { signal } = rest;
      const frame = { width: image.width, height: image.height };
      const eight = toRaster8(image);
      signal?.throwIfAborted();
      const look = (part: Raster8, x: number, y: number) =>
        inner.detect(part, { ...rest, select: select && selectInFrame(select, frame, x, y) });
      const whole = await look(eight, 0, 0);
      const windows = planTiles(frame.width, frame.height, tiling);
      const parts: TilePart[] = [];
      for (const window of windows) {
        signal?.throwIfAborted();
        const part = cut(eight, window);
        parts.push({
          window,
          candidates: isFlat(part) ? noCandidates(part, whole.scoreThreshold) : await look(part, window.x, window.y),
        });
        onTile?.(parts.length, windows.length);
      }
      signal?.throwIfAborted();
      return mergeTiles(frame, parts, whole, nmsThreshold);
    },
    dispose: () => inner.dispose(),
  };
}

/**
 * The caller's selection of masks for the candidates of a part at (x, y). It may use the image, so it gets the candidates in the coordinates of
 * the frame. Candidates above the model's threshold also get masks, because the caller may accept more of them in the whole frame.
 */
function selectInFrame(select: SelectCandidates, frame: Size, x: number, y: number): SelectCandidates {
  return (c: Candidates) => {
    const boxes = c.boxes.map((v, i) => v + (i % 2 ? y : x));
    const chosen = new Set([
      ...Array.from(select({ ...c, imageSize: frame, boxes })),
      ...Array.from(aboveThreshold(c)),
    ]);
    return [...chosen].sort((a, b) => a - b);
  };
}

/** Whether all samples are equal. */
function isFlat({ data }: Raster8): boolean {
  const [first] = data;
  return data.every((v) => v === first);
}

/** A copy of a window's pixels. */
function cut(image: Raster8, { x, y, width, height }: TileWindow): Raster8 {
  const stride = width * image.channels;
  const data = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * image.channels;
    data.set(image.data.subarray(from, from + stride), row * stride);
  }
  return { ...image, width, height, data };
}
