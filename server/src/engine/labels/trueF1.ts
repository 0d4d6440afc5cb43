import path from 'node:path';
import { f1Score, matchDetections, pairDetections } from '../../core/evaluation/matchDetections';
import { boxAt } from '../../core/geometry/box';
import { printable } from '../../core/text/printable';
import type { TruthDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import type { LabelledImage } from './folderLabels';
import { liesInside } from './annotationBox';
import type { PictureSize } from './pictureTruth';

/** True F1 of an estimate, or why there is none, in one sentence. */
export type TrueF1 =
  { readonly kind: 'score'; readonly f1: number } | { readonly kind: 'refused'; readonly reason: string };

/**
 * F1 of the detections of an image against its labels: greedy matching at box IoU 0.1 (see core/evaluation). The only
 * place that computes it for audits, reports and the command line.
 * @returns a value from 0 to 1; refused if the labels are of a picture of another size; null for an image that
 *   could not be read
 */
export function trueF1(
  { file, truth, size }: LabelledImage,
  estimate: Pick<Estimate, 'instances' | 'image'>,
): TrueF1 | null {
  const { instances, image } = estimate;
  if (!instances || !image) return null;
  const contradiction = sizeContradiction({ truth, size }, image);
  if (contradiction)
    return { kind: 'refused', reason: `${printable(path.basename(file))} has no truth: ${contradiction}.` };
  const predicted = Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i));
  return { kind: 'score', f1: f1Score(matchDetections(predicted, truth)) };
}

/** Labels of an image with a mark for each found box, for display; null if they are of another picture. */
export function truthView(
  labelled: LabelledImage,
  { instances, image }: Pick<Estimate, 'instances' | 'image'>,
): TruthDto | null {
  if (!instances || !image || sizeContradiction(labelled, image)) return null;
  const predicted = Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i));
  const { found, correct } = pairDetections(predicted, labelled.truth);
  return {
    boxes: labelled.truth.boxes.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1]),
    found: [...found],
    correct: [...correct],
    f1: f1Score(matchDetections(predicted, labelled.truth)),
  };
}

/** Why labels cannot be those of a picture of a given size, as a clause; null where they can. */
export function sizeContradiction(
  { truth, size }: Pick<LabelledImage, 'truth' | 'size'>,
  picture: PictureSize,
): string | null {
  const text = (s: PictureSize) => `${s.width}×${s.height}`;
  if (size && (size.width !== picture.width || size.height !== picture.height)) {
    const turned = size.width === picture.height && size.height === picture.width ? ' (turned by 90°)' : '';
    return `the labels (width, height) are of a picture of ${text(size)}, the file has ${text(picture)}${turned}`;
  }
  if (!size && truth.boxes.some((b) => !liesInside(b, picture)))
    return `a box (bbox) lies outside the picture of ${text(picture)}`;
  return null;
}
