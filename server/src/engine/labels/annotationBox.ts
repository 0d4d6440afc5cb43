import { intersectionOverUnion, type Box } from '../../core/geometry/box';
import { numeric, type CocoAnnotation } from './cocoFile';
import { segmentationBox } from './segmentationBox';

/** Box of an annotation, or why it has none: a clause that begins with the field. */
export type AnnotationBox =
  { readonly kind: 'box'; readonly box: Box } | { readonly kind: 'fault'; readonly fault: string };

/** Four finite numbers of a bbox (x, y, width, height by the format); null where it has none. */
export function bboxNumbers(bbox: unknown): readonly [number, number, number, number] | null {
  if (!Array.isArray(bbox) || bbox.length !== 4) return null;
  const [a, b, c, d] = bbox.map(numeric);
  return a == null || b == null || c == null || d == null ? null : [a, b, c, d];
}

/** Below this overlap, a bbox and the mask it should enclose contradict each other. */
const leastAgreement = 0.3;

/**
 * Box in pixels of an annotation: its bbox, where that is missing or empty the bounds of its segmentation. A negative
 * width or height (a rectangle drawn from its lower right corner) is turned round.
 */
export function annotationBox(a: CocoAnnotation): AnnotationBox {
  const field = `annotations[${a.index}].bbox`;
  const fault = (what: string): AnnotationBox => ({ kind: 'fault', fault: `${field} ${what}` });
  const numbers = bboxNumbers(a.bbox);
  const mask = segmentationBox(a.segmentation);
  if (!numbers || numbers[2] === 0 || numbers[3] === 0) {
    if (mask && isSmallerThanPixel(mask))
      return { kind: 'fault', fault: `annotations[${a.index}].segmentation is smaller than a pixel` };
    if (mask) return { kind: 'box', box: mask };
    if (numbers) return fault('has no width or no height, and there is no segmentation');
    return a.bbox == null || (Array.isArray(a.bbox) && a.bbox.length === 0)
      ? fault('is missing, and there is no segmentation')
      : fault('is not a list of four numbers');
  }
  const [x, y, w, h] = numbers;
  const box: Box = [Math.min(x, x + w), Math.min(y, y + h), Math.max(x, x + w), Math.max(y, y + h)];
  if (isSmallerThanPixel(box)) return fault('is smaller than a pixel');
  if (mask && intersectionOverUnion(box, mask) < leastAgreement)
    return fault('and the segmentation beside it are different places');
  return { kind: 'box', box };
}

/** Normalised coordinates look like this. */
const isSmallerThanPixel = ([x0, y0, x1, y1]: Box) => x1 - x0 < 1 && y1 - y0 < 1;

/** Whether at least half of a box lies inside an image. */
export function liesInside(box: Box, { width, height }: { readonly width: number; readonly height: number }): boolean {
  const w = Math.min(box[2], width) - Math.max(box[0], 0);
  const h = Math.min(box[3], height) - Math.max(box[1], 0);
  return w > 0 && h > 0 && w * h >= 0.5 * (box[2] - box[0]) * (box[3] - box[1]);
}
