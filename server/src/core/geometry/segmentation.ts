import { joinMasks, maskOfRuns, maskRuns, type MaskRuns } from './maskOverlap';
import { polygonRle } from './polygon';

/**
 * A COCO segmentation as a mask: polygons (joined), run lengths, or compressed run lengths.
 * @param size of the image in pixels, which polygons need
 * @returns null for anything else, and for run lengths of another image size
 */
export function segmentationMask(
  segmentation: unknown,
  { width, height }: { readonly width: number; readonly height: number },
): MaskRuns | null {
  if (Array.isArray(segmentation)) {
    const polygons = segmentation.filter((p): p is number[] => isNumbers(p) && p.length >= 6 && p.length % 2 === 0);
    if (polygons.length === 0 || polygons.length < segmentation.length) return null;
    return joinMasks(polygons.map((p) => maskRuns(polygonRle(p, width, height))));
  }
  if (typeof segmentation !== 'object' || segmentation === null) return null;
  const { size, counts } = segmentation as { size?: unknown; counts?: unknown };
  if (!isNumbers(size) || size[0] !== height || size[1] !== width) return null;
  const mask =
    typeof counts === 'string'
      ? maskRuns({ size: [height, width], counts })
      : isNumbers(counts)
        ? maskOfRuns(counts)
        : null;
  return mask && (mask.edges.at(-1) ?? 0) <= width * height ? mask : null;
}

const isNumbers = (v: unknown): v is number[] => Array.isArray(v) && v.every((n) => Number.isFinite(n));
