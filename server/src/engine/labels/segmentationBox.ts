import type { Box } from '../../core/geometry/box';
import { decompressCounts } from '../../core/geometry/rle';
import { numeric } from './cocoFile';

/**
 * Smallest box around a COCO segmentation: polygons (a list of x, y lists, or one such list) or a run-length encoding,
 * compressed or not.
 * @returns x0, y0, x1, y1 in pixels; null where there is none, or none that can be read
 */
export function segmentationBox(segmentation: unknown): Box | null {
  if (Array.isArray(segmentation)) {
    const polygons = segmentation.some(Array.isArray) ? segmentation : [segmentation];
    return polygons.every(Array.isArray) ? polygonBox(polygons as unknown[][]) : null;
  }
  const size = maskSize(segmentation);
  if (!size) return null;
  const { width, height } = size;
  const { counts } = segmentation as { counts?: unknown };
  if (typeof counts === 'string') return runsBox(decompressCounts(counts), width, height);
  return Array.isArray(counts)
    ? runsBox(
        counts.map((c) => numeric(c) ?? NaN),
        width,
        height,
      )
    : null;
}

/** Pixels of the image that a run-length encoding (`size`: height, width) belongs to; null for any other segmentation. */
export function maskSize(segmentation: unknown): { width: number; height: number } | null {
  if (typeof segmentation !== 'object' || segmentation === null || Array.isArray(segmentation)) return null;
  const { size } = segmentation as { size?: unknown };
  if (!Array.isArray(size) || size.length !== 2) return null;
  const [height, width] = size.map(numeric);
  return height && width && height > 0 && width > 0 ? { width, height } : null;
}

function polygonBox(polygons: readonly (readonly unknown[])[]): Box | null {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of polygons) {
    // Three points at least; an odd number of values has lost one.
    if (polygon.length < 6 || polygon.length % 2) return null;
    for (let i = 0; i < polygon.length; i += 2) {
      const [x, y] = [numeric(polygon[i]), numeric(polygon[i + 1])];
      if (x === null || y === null) return null;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
    }
  }
  return x1 > x0 && y1 > y0 ? [x0, y0, x1, y1] : null;
}

/** Runs of zeros and ones in turn, zeros first, column by column. */
function runsBox(runs: readonly number[], width: number, height: number): Box | null {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  let position = 0;
  for (const [i, run] of runs.entries()) {
    if (!(run >= 0)) return null;
    if (i % 2 && run > 0) {
      const [first, last] = [position, position + run - 1];
      const [firstColumn, lastColumn] = [Math.floor(first / height), Math.floor(last / height)];
      const oneColumn = firstColumn === lastColumn;
      x0 = Math.min(x0, firstColumn);
      x1 = Math.max(x1, lastColumn + 1);
      y0 = Math.min(y0, oneColumn ? first % height : 0);
      y1 = Math.max(y1, oneColumn ? (last % height) + 1 : height);
    }
    position += run;
  }
  return position === width * height && x1 > x0 ? [x0, y0, x1, y1] : null;
}
