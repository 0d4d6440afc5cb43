import type { Truth } from '../../core/evaluation/matchDetections';
import type { Box } from '../../core/geometry/box';
import { annotationBox, liesInside } from './annotationBox';
import type { CocoAnnotation } from './cocoFile';
import { maskSize } from './segmentationBox';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Truth of one picture, or the first fault of its annotations. */
export type PictureTruth =
  | { readonly kind: 'truth'; readonly truth: Truth; readonly repeated: number }
  | { readonly kind: 'fault'; readonly fault: string };

/**
 * True boxes of a picture. One annotation that cannot be understood leaves the picture without a truth, since a missing
 * box would count as a false detection.
 * @param size in pixels, null where unknown
 * @returns the truth with the number of repeated boxes (counted once), or the first fault, a clause that
 *   begins with the field
 */
export function pictureTruth(
  annotations: readonly CocoAnnotation[],
  size: PictureSize | null,
  minSide: number | undefined,
): PictureTruth {
  const boxes = new Map<string, Box>();
  const crowd: Box[] = [];
  let repeated = 0;
  for (const a of annotations) {
    const mask = maskSize(a.segmentation);
    if (size && mask && (mask.width !== size.width || mask.height !== size.height))
      return {
        kind: 'fault',
        fault: `annotations[${a.index}].segmentation.size is of an image of ${mask.width}×${mask.height}, not of ${size.width}×${size.height}`,
      };
    const read = annotationBox(a);
    if (read.kind === 'fault') return read;
    const { box } = read;
    if (size && !liesInside(box, size))
      return {
        kind: 'fault',
        fault: `annotations[${a.index}].bbox lies outside its image of ${size.width}×${size.height}`,
      };
    if (a.crowd) crowd.push(box);
    else {
      const key = box.map((v) => v.toFixed(2)).join();
      if (boxes.has(key)) repeated++;
      else boxes.set(key, box);
    }
  }
  return { kind: 'truth', truth: { boxes: [...boxes.values()], crowd, minSide }, repeated };
}
