import { printable } from '../../../core/text/printable';
import type { GraphDescription, TensorDescription } from '../../detector/session';
import { ImportError } from '../importError';

/** Tasks of Ultralytics whose outputs are boxes with scores; the others are obb, pose, classify and semantic. */
const detectionTasks = ['detect', 'segment'];

/** Names that exporters give to outputs of other tasks. */
const otherOutputs: readonly (readonly [RegExp, string])[] = [
  [/key_?points?|kpts?|simcc|heatmaps?/i, 'keypoints (pose estimation)'],
  [/rotated|angles?$|obb/i, 'rotated boxes'],
  [/sem_?seg|panoptic/i, 'a map of classes (semantic segmentation)'],
];

/**
 * Refuses graphs of other tasks whose outputs look like those of a detector.
 * @throws ImportError with the task and the evidence for it
 */
export function refuseOtherTasks({ outputs }: GraphDescription, metadata: ReadonlyMap<string, string>): void {
  const task = metadata.get('task')?.trim().toLowerCase();
  if (task && !detectionTasks.includes(task))
    throw new ImportError(
      `The graph's metadata state the task "${printable(task)}"; importable are ${detectionTasks.join(' and ')}.`,
    );
  if (metadata.has('kpt_shape'))
    throw new ImportError('The graph’s metadata state kpt_shape: it finds keypoints (pose estimation), not cavities.');
  for (const { name } of outputs)
    for (const [pattern, what] of otherOutputs)
      if (pattern.test(name))
        throw new ImportError(`The graph gives ${what} as "${printable(name)}"; it is not a detector.`);
}

const hasSize = (d: string | number | undefined): d is number => typeof d === 'number' && d > 0;

/**
 * Refuses rows of six numbers that may not be boxes with score and class (Ultralytics' end-to-end exports): YOLOv5 of
 * one class gives centre, size, objectness and a class score per cell and anchor; RT-DETR of two classes gives a
 * normalised centre, size and two scores per query.
 * @param classes number of class names in the metadata; null without them
 * @throws ImportError with the possible meanings of the rows
 */
export function refuseAmbiguousRows(
  output: TensorDescription,
  image: TensorDescription,
  { metadata, classes }: { readonly metadata: ReadonlyMap<string, string>; readonly classes: number | null },
): void {
  if (isEndToEnd(metadata)) return;
  const [, rows, columns] = output.shape;
  const what = `The graph gives ${hasSize(rows) ? rows : 'any number of'} rows of ${columns} numbers`;
  const remedy = 'describe it with --config model.json (docs/models.md), or export it again with a current Ultralytics';
  const queries = !hasSize(rows) || rows >= fewestQueries;
  if (/rt-?detr/i.test(metadata.get('description') ?? '') || (classes === 2 && queries))
    throw new ImportError(`${what}, which may be RT-DETR’s boxes and scores of two classes: ${remedy}.`);
  if (classes !== null && classes !== 1) return;
  if (hasSize(rows) && (rows > mostEndToEndRows || rows === yolo5Rows(image)))
    throw new ImportError(`${what}, as YOLOv5 does with one class (the fifth is objectness): ${remedy}.`);
  if (classes === null)
    throw new ImportError(
      `${what} without metadata: a box with score and class, or RT-DETR’s box with two scores: ${remedy}.`,
    );
}

/**
 * Refuses the columns of a YOLO head without metadata where they may not be a box and scores of classes: an angle
 * (rotated boxes) or keypoints look like the score of a further class.
 * @param values numbers per cell, without mask coefficients
 * @throws ImportError with the possible meanings of the columns
 */
export function refuseAmbiguousColumns(
  output: TensorDescription,
  image: TensorDescription,
  { metadata, values }: { readonly metadata: ReadonlyMap<string, string>; readonly values: number },
): void {
  if (metadata.has('names') || metadata.has('task')) return;
  const remedy = 'describe it with --config model.json (docs/models.md), or export it again with a current Ultralytics';
  if (values > 5)
    throw new ImportError(
      `The graph gives ${values} numbers per cell without metadata: scores of ${values - 4} classes, or an angle or keypoints beside a score: ${remedy}.`,
    );
  const cells = output.shape[2];
  const [h, w] = image.shape.slice(-2);
  if (hasSize(cells) && hasSize(h) && hasSize(w) && !headSizes(h, w).includes(cells))
    throw new ImportError(
      `The graph gives ${cells} cells of ${values} numbers, which are not those of a YOLO head for ${w}×${h} pixels: ${remedy}.`,
    );
}

/** Cells of the heads of Ultralytics (strides 8 to 32; 4 to 32 of the P2 models; 8 to 64 of the P6 models). */
const headSizes = (h: number, w: number): number[] =>
  [
    [8, 16, 32],
    [4, 8, 16, 32],
    [8, 16, 32, 64],
  ].map((strides) => strides.reduce((n, s) => n + Math.ceil(h / s) * Math.ceil(w / s), 0));

/** Detection transformers have 100 to 900 queries (RT-DETR 300). */
const fewestQueries = 100;

/** Ultralytics keeps 300 detections by default; YOLOv5 has 2268 rows for an image of 192 × 192. */
const mostEndToEndRows = 1000;

/** Three anchors per cell at strides 8, 16 and 32; NaN for an image of any size. */
function yolo5Rows(image: TensorDescription): number {
  const [h, w] = image.shape.slice(-2);
  if (!hasSize(h) || !hasSize(w)) return NaN;
  return 3 * headSizes(h, w)[0]!;
}

/** Whether the metadata state that NMS is part of the graph. */
function isEndToEnd(metadata: ReadonlyMap<string, string>): boolean {
  const yes = (text: string | undefined) => /^\s*true\s*$/i.test(text ?? '');
  return (
    yes(metadata.get('end2end')) ||
    yes(metadata.get('nms')) ||
    /['"](?:nms|end2end)['"]\s*:\s*true/i.test((metadata.get('args') ?? '').slice(0, 10_000)) ||
    /yolov?(?:10|26)/i.test((metadata.get('description') ?? '').slice(0, 1000))
  );
}
