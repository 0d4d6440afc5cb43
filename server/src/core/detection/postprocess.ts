import type { Size } from '../geometry/size';
import { boxAt, intersectionOverUnion, takeBoxes } from '../geometry/box';
import { applyDeltas, clipBoxes, type BoxDeltas } from './boxCoder';
import { candidateThreshold, type DetectorDescription } from './description';
import { nms } from './nms';
import { moveBoxes, type ViewFrame } from './testTimeAugmentation';

/** Candidates in the resized frame, highest score first. */
export interface FrameCandidates {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
  /** N × evidenceNames.length. */
  readonly evidence: Float32Array;
}

/** Output of the box head for the proposals of one view. */
export interface ViewRows {
  readonly frame: ViewFrame;
  /** N × 4 in the view's frame. */
  readonly proposals: Float32Array;
  /** N × (K+1) probabilities, background last. */
  readonly scores: Float32Array;
  /** N × 4K, or N × 4 when class-agnostic. */
  readonly deltas: Float32Array;
}

interface Picked {
  readonly box: Float32Array;
  readonly score: number;
  readonly classId: number;
  readonly evidence: readonly number[];
}

/**
 * Detectron2's fast_rcnn_inference_single_image: decoding per class, clipping, threshold, NMS per class. The candidates
 * above the score threshold are Detectron2's detections, at most detectionsPerImage of them.
 * Scores and boxes are means over the views; the boxes are in the first view's frame.
 */
export function selectCandidates(views: readonly ViewRows[], d: DetectorDescription): FrameCandidates {
  const k = d.categories.length;
  const n = views[0]!.proposals.length / 4;
  const scores = meanScores(views);
  const threshold = candidateThreshold(d.box);
  const picked: Picked[] = [];
  for (let c = 0; c < k; c++) {
    const rows: number[] = [];
    for (let i = 0; i < n; i++) if (scores[i * (k + 1) + c]! > threshold) rows.push(i);
    const { boxes, byView } = joinBoxes(views, rows, d.box.classAgnostic ? 0 : c, d);
    const own = rows.map((row) => scores[row * (k + 1) + c]!);
    const finite = [...rows.keys()].filter((i) =>
      Number.isFinite(boxes[i * 4]! + boxes[i * 4 + 1]! + boxes[i * 4 + 2]! + boxes[i * 4 + 3]!),
    );
    finite.sort((a, b) => own[b]! - own[a]! || a - b);
    const order = Int32Array.from(finite);
    const scored: ScoredBoxes = { boxes, scores: own, order };
    const kept = nms(boxes, order, d.box.nmsThreshold);
    const suppressed = suppressedBy(scored, kept, d.box.nmsThreshold);
    kept.forEach((i, at) => {
      const seen = views.map((v) => v.scores[rows[i]! * (k + 1) + c]!);
      const [low, high] = [Math.min(...seen), Math.max(...seen)];
      const { count, sum } = suppressed[at]!;
      picked.push({
        box: boxes.subarray(i * 4, i * 4 + 4),
        score: own[i]!,
        classId: c,
        evidence: [low, high - low, lowestIou(byView, i), count, count ? sum / count : 0],
      });
    });
  }
  picked.sort((a, b) => b.score - a.score);
  const accepted = picked.filter((p) => p.score > d.box.scoreThreshold).length;
  if (accepted > d.box.detectionsPerImage) picked.length = d.box.detectionsPerImage;
  const boxes = new Float32Array(picked.length * 4);
  picked.forEach((p, i) => boxes.set(p.box, i * 4));
  return {
    boxes,
    scores: Float32Array.from(picked, (p) => p.score),
    classIds: Int32Array.from(picked, (p) => p.classId),
    evidence: Float32Array.from(picked.flatMap((p) => p.evidence)),
  };
}

interface ScoredBoxes {
  /** N × 4. */
  readonly boxes: Float32Array;
  readonly scores: readonly number[];
  /** Indices, highest score first. */
  readonly order: Int32Array;
}

/** Number of boxes that each kept box suppressed, and the sum of their scores. A box counts for the first kept box with an IoU above the threshold. */
function suppressedBy(
  { boxes, scores, order }: ScoredBoxes,
  kept: Int32Array,
  threshold: number,
): { count: number; sum: number }[] {
  const keptBoxes = Array.from(kept, (i) => boxAt(boxes, i));
  const out = keptBoxes.map(() => ({ count: 0, sum: 0 }));
  const isKept = new Set(kept);
  for (const i of order) {
    if (isKept.has(i)) continue;
    const box = boxAt(boxes, i);
    const by = keptBoxes.findIndex((b) => b[0] < box[2] && b[2] > box[0] && intersectionOverUnion(b, box) > threshold);
    if (by < 0) continue;
    out[by]!.count++;
    out[by]!.sum += scores[i]!;
  }
  return out;
}

function meanScores(views: readonly ViewRows[]): Float32Array {
  if (views.length === 1) return views[0]!.scores;
  const mean = new Float32Array(views[0]!.scores.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    for (const { scores } of views) sum += scores[i]!;
    mean[i] = sum / views.length;
  }
  return mean;
}

/**
 * Boxes of the given rows for class `c`, decoded and clipped.
 * @returns the mean of the views, and the boxes of each view, all in the first view's frame
 */
function joinBoxes(
  views: readonly ViewRows[],
  rows: readonly number[],
  c: number,
  d: DetectorDescription,
): { boxes: Float32Array; byView: Float32Array[] } {
  const base = views[0]!.frame;
  const byView = views.map(({ frame, proposals, deltas }) => {
    const columns = (4 * deltas.length) / proposals.length;
    const boxes = takeBoxes(proposals, rows);
    const values: BoxDeltas = { values: deltas, step: 1, weights: d.box.bboxRegWeights };
    rows.forEach((row, i) => applyDeltas(boxes, i, values, row * columns + 4 * c));
    clipBoxes(boxes, frame.width, frame.height);
    return moveBoxes(boxes, frame, base);
  });
  const boxes = new Float32Array(4 * rows.length);
  for (const moved of byView) for (let j = 0; j < boxes.length; j++) boxes[j]! += moved[j]! / views.length;
  return { boxes, byView };
}

/** Lowest IoU of a further view's box `i` with the first view's; 1 with a single view. */
const lowestIou = ([first, ...others]: readonly Float32Array[], i: number): number =>
  others.reduce((low, boxes) => Math.min(low, intersectionOverUnion(boxAt(first!, i), boxAt(boxes, i))), 1);

/**
 * Detectron2's detector_postprocess: scales boxes to the original image and clips them.
 * @param scale pixels of the original image per pixel of the boxes' frame
 * @returns all boxes in the original image, and the indices of those that are not empty
 */
export function toOriginalFrame(
  boxes: Float32Array,
  scale: { readonly x: number; readonly y: number },
  { width, height }: Size,
): { boxes: Float32Array; kept: number[] } {
  const scaled = boxes.map((v, i) => v * (i % 2 ? scale.y : scale.x));
  clipBoxes(scaled, width, height);
  const kept: number[] = [];
  for (let i = 0; i < boxes.length / 4; i++)
    if (scaled[i * 4 + 2]! > scaled[i * 4]! && scaled[i * 4 + 3]! > scaled[i * 4 + 1]!) kept.push(i);
  return { boxes: scaled, kept };
}
