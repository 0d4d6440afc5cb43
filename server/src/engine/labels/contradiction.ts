import { f1Score, matchDetections, type Truth } from '../../core/evaluation/matchDetections';
import { boxAt, type Box } from '../../core/geometry/box';
import type { Estimate } from '../engine.types';
import { liesInside } from './annotationBox';
import type { LabelledImage } from './folderLabels';
import type { PictureSize } from './pictureTruth';

type Labels = Pick<LabelledImage, 'truth' | 'size'>;

/**
 * Why labels cannot be those of an estimated image, as a clause; null where they can. They are of another size, or fit
 * the detections only when they are mirrored or turned.
 */
export function labelContradiction(
  labels: Labels,
  { image, instances }: { readonly image: PictureSize; readonly instances: Estimate['instances'] },
): string | null {
  const contradiction = sizeContradiction(labels, image);
  if (contradiction || !instances) return contradiction;
  const found = Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i));
  const turned = turnedLabels(found, labels.truth, image);
  return turned && `the labels (bbox) fit the picture only when they are ${turned}`;
}

/** Why labels cannot be those of a picture of a given size, as a clause; null where they can. */
function sizeContradiction({ truth, size }: Labels, picture: PictureSize): string | null {
  const text = (s: PictureSize) => `${s.width}×${s.height}`;
  if (size && (size.width !== picture.width || size.height !== picture.height)) {
    const turned = size.width === picture.height && size.height === picture.width ? ' (turned by 90°)' : '';
    return `the labels (width, height) are of a picture of ${text(size)}, the file has ${text(picture)}${turned}`;
  }
  if (!size && truth.boxes.some((b) => !liesInside(b, picture)))
    return `a box (bbox) lies outside the picture of ${text(picture)}`;
  return null;
}

/** Fewer boxes than this fit by chance. */
const fewestBoxes = 10;

/** Labels in the wrong place reach an F1 of 0.3 in dense images; those in the right place are this much better. */
const leastF1 = 0.6;
const leastGain = 0.3;

/** Comparing more pairs of boxes would take seconds. */
const mostPairs = 4e6;

/** Images of a box in a picture of w × h pixels, in words. */
const turns: readonly (readonly [string, (b: Box, w: number, h: number) => Box])[] = [
  ['mirrored left to right', ([x0, y0, x1, y1], w) => [w - x1, y0, w - x0, y1]],
  ['mirrored top to bottom', ([x0, y0, x1, y1], _, h) => [x0, h - y1, x1, h - y0]],
  ['turned by 180°', ([x0, y0, x1, y1], w, h) => [w - x1, h - y1, w - x0, h - y0]],
  ['written with x and y exchanged', ([x0, y0, x1, y1]) => [y0, x0, y1, x1]],
  ['turned by 90°', ([x0, y0, x1, y1], w) => [w - y1, x0, w - y0, x1]],
  ['turned by 270°', ([x0, y0, x1, y1], _, h) => [y0, h - x1, y1, h - x0]],
];

/** How labels have to be turned to fit detections that they do not fit as they are; null where that does not help. */
function turnedLabels(found: readonly Box[], truth: Truth, { width, height }: PictureSize): string | null {
  const { length } = truth.boxes;
  if (length < fewestBoxes || found.length < fewestBoxes || length * found.length > mostPairs) return null;
  const own = f1Score(matchDetections(found, truth));
  const wanted = Math.max(leastF1, own + leastGain);
  for (const [name, turn] of wanted > 1 ? [] : turns) {
    const turned = (boxes: readonly Box[] = []) => boxes.map((b) => turn(b, width, height));
    const other: Truth = { ...truth, boxes: turned(truth.boxes), crowd: turned(truth.crowd) };
    if (f1Score(matchDetections(found, other)) >= wanted) return name;
  }
  return null;
}
