import { intersectionOverUnion, type Box } from '../../core/geometry/box';
import { bboxNumbers } from './annotationBox';
import type { CocoFile } from './cocoFile';
import { segmentationBox } from './segmentationBox';

type Numbers = readonly [number, number, number, number];
interface Written {
  readonly index: number;
  readonly imageId: string;
  readonly b: Numbers;
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly area: number | null;
  readonly segmentation: unknown;
}

/**
 * Whether the boxes of a file follow another convention than COCO's x, y, width, height in pixels: normalised
 * coordinates, percentages or corners. Such a file would be scored as if the detector had missed everything.
 * @returns one sentence that contains the field, or null
 */
export function foreignBoxConvention(file: CocoFile): string | null {
  const sizes = new Map(file.images.map((i) => [i.id, i.size]));
  const boxes = file.annotations.flatMap(({ index, imageId, bbox, area, segmentation }): Written[] => {
    const b = bboxNumbers(bbox);
    return b?.some((v) => v !== 0) ? [{ index, imageId, b, area, segmentation, size: sizes.get(imageId) ?? null }] : [];
  });
  if (boxes.length === 0) return null;
  const example = `annotations[${boxes[0]!.index}].bbox (${boxes[0]!.b.join(', ')})`;
  if (boxes.every(({ b }) => b.every((v) => Math.abs(v) <= 1.001)))
    return `${file.name}: all boxes are smaller than a pixel: ${example} has normalised coordinates; COCO boxes are x, y, width, height in pixels.`;
  if (arePercentages(boxes))
    return `${file.name}: no box reaches beyond 100 in much larger images: ${example} has percentages; COCO boxes are x, y, width, height in pixels.`;
  const corners = areCorners(boxes);
  return (
    corners &&
    `${file.name}: ${example} and all others are corners (x0, y0, x1, y1): ${corners}; COCO boxes are x, y, width, height.`
  );
}

/** Ten boxes at least fill the range from 0 to 100, in images three times as large. */
function arePercentages(boxes: readonly Written[]): boolean {
  if (boxes.length < 10) return false;
  const ends = boxes.map(({ b }) => [b[0] + b[2], b[1] + b[3]]).flat();
  const large = boxes.every(({ size }) => size && Math.min(size.width, size.height) >= 300);
  return large && ends.every((v) => v >= 0 && v <= 100.001) && Math.max(...ends.slice(0, 10_000)) > 80;
}

/** Boxes of one image that all start in the first half of their extent; true instances do not lie in each other so. */
const nestedBoxes = 5;

/** Evidence that the boxes are corners; null without evidence. */
function areCorners(boxes: readonly Written[]): string | null {
  const perImage = new Map<string, number>();
  let outside: Written | null = null;
  let votes = 0;
  for (const box of boxes) {
    const [x0, y0, x1, y1] = box.b;
    const { size } = box;
    if (x1 <= x0 || y1 <= y0 || (size && (x1 > size.width + 1 || y1 > size.height + 1))) return null;
    if (size && (x0 + x1 > size.width + 1 || y0 + y1 > size.height + 1)) outside ??= box;
    const vote = maskVote(box);
    if (vote === 'sizes') return null;
    if (vote === 'corners') votes++;
    perImage.set(box.imageId, (perImage.get(box.imageId) ?? 0) + 1);
  }
  if (votes > boxes.length / 2) return 'their masks fit only so';
  if (outside) return `read as width and height, annotations[${outside.index}].bbox ends outside its image`;
  if ([...perImage.values()].some((n) => n >= nestedBoxes)) return 'read as width and height, they lie in each other';
  return null;
}

/** The convention that the segmentation or the mask's area supports. */
function maskVote({ b, area, segmentation }: Written): 'corners' | 'sizes' | null {
  const corners: Box = [...b];
  const sizes: Box = [b[0], b[1], b[0] + b[2], b[1] + b[3]];
  const mask = segmentationBox(segmentation);
  if (mask) {
    const [c, s] = [intersectionOverUnion(mask, corners), intersectionOverUnion(mask, sizes)];
    return Math.abs(c - s) < 0.2 ? null : c > s ? 'corners' : 'sizes';
  }
  if (!area || area <= 0) return null;
  const cornerArea = (b[2] - b[0]) * (b[3] - b[1]);
  if (area > 1.1 * cornerArea) return 'sizes';
  // A mask fills about 0.8 of its box; some tools write the box's own area.
  return area >= 0.4 * cornerArea && area < 0.3 * b[2] * b[3] ? 'corners' : null;
}
