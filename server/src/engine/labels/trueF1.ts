import path from 'node:path';
import { f1Score, matchDetections, pairDetections } from '../../core/evaluation/matchDetections';
import { boxAt } from '../../core/geometry/box';
import { printable } from '../../core/text/printable';
import type { TruthDto } from '../../protocol/types';
import type { Estimate } from '../engine.types';
import type { LabelledImage } from './folderLabels';
import { labelContradiction } from './contradiction';

/** True F1 of an estimate, or why there is none, in one sentence. */
export type TrueF1 =
  { readonly kind: 'score'; readonly f1: number } | { readonly kind: 'refused'; readonly reason: string };

/**
 * F1 of the detections of an image against its labels: greedy matching at box IoU 0.1 (see core/evaluation). The only
 * place that computes it for audits, reports and the command line.
 * @returns a value from 0 to 1; refused if the labels are of another picture, see {@link labelContradiction}; null for an image that
 *   could not be read
 */
export function trueF1(
  { file, truth, size }: LabelledImage,
  estimate: Pick<Estimate, 'instances' | 'image'>,
): TrueF1 | null {
  const { instances, image } = estimate;
  if (!instances || !image) return null;
  const contradiction = labelContradiction({ truth, size }, { instances, image });
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
  if (!instances || !image || labelContradiction(labelled, { instances, image })) return null;
  const predicted = Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i));
  const { found, correct } = pairDetections(predicted, labelled.truth);
  return {
    boxes: labelled.truth.boxes.map(([x0, y0, x1, y1]) => [x0, y0, x1, y1]),
    found: [...found],
    correct: [...correct],
    f1: f1Score(matchDetections(predicted, labelled.truth)),
  };
}
