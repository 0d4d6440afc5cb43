import { applyDeltas, clipBoxes } from './boxCoder';
import type { DetectorDescription } from './description';
import { nms } from './nms';
import { moveBoxes, type ViewFrame } from './views';

/** Detections in the resized frame, best first. */
export interface FrameDetections {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
  /** Boxes after NMS scored at least `box.candidateThreshold`, accepted or not; null where the description has none. */
  readonly candidateCount: number | null;
}

/** What one view says of the proposals. */
export interface ViewRows {
  readonly frame: ViewFrame;
  /** N × 4 in the view's frame. */
  readonly proposals: Float32Array;
  /** N × (K+1) probabilities, background last. */
  readonly scores: Float32Array;
  /** N × 4K, or N × 4 when class-agnostic. */
  readonly deltas: Float32Array;
}

/**
 * fast_rcnn_inference_single_image: decode per class, clip, threshold, NMS per class, best detectionsPerImage.
 * Scores and boxes are means over the views; the boxes are those of the first view's frame.
 */
export function selectDetections(views: readonly ViewRows[], d: DetectorDescription): FrameDetections {
  const k = d.categories.length;
  const n = views[0]!.proposals.length / 4;
  const scores = meanScores(views);
  const threshold = Math.min(d.box.scoreThreshold, d.box.candidateThreshold ?? 1);
  const picked: { box: Float32Array; score: number; classId: number }[] = [];
  let candidateCount = 0;
  for (let c = 0; c < k; c++) {
    const boxes: number[] = [];
    const kept: number[] = [];
    for (let i = 0; i < n; i++) {
      const score = scores[i * (k + 1) + c]!;
      if (!(score > threshold)) continue;
      const box = meanBox(views, i, d.box.classAgnostic ? 0 : c, d);
      if (!box.every(Number.isFinite)) continue;
      boxes.push(...box);
      kept.push(score);
    }
    const all = Float32Array.from(boxes);
    const order = kept.map((_, i) => i).sort((a, b) => kept[b]! - kept[a]! || a - b);
    for (const i of nms(all, order, d.box.nmsThreshold)) {
      candidateCount++;
      if (kept[i]! > d.box.scoreThreshold)
        picked.push({ box: all.subarray(i * 4, i * 4 + 4), score: kept[i]!, classId: c });
    }
  }
  picked.sort((a, b) => b.score - a.score);
  picked.length = Math.min(picked.length, d.box.detectionsPerImage);
  const boxes = new Float32Array(picked.length * 4);
  picked.forEach((p, i) => boxes.set(p.box, i * 4));
  return {
    boxes,
    scores: Float32Array.from(picked, (p) => p.score),
    classIds: Int32Array.from(picked, (p) => p.classId),
    candidateCount: d.box.candidateThreshold === undefined ? null : candidateCount,
  };
}

function meanScores(views: readonly ViewRows[]): Float32Array {
  if (views.length === 1) return views[0]!.scores;
  return views[0]!.scores.map((_, i) => views.reduce((sum, v) => sum + v.scores[i]!, 0) / views.length);
}

/** Row `i`, class `c`: decoded and clipped in each view, then the mean in the first view's frame. */
function meanBox(views: readonly ViewRows[], i: number, c: number, d: DetectorDescription): Float32Array {
  const base = views[0]!.frame;
  const out = new Float32Array(4);
  for (const { frame, proposals, deltas } of views) {
    const columns = (4 * deltas.length) / proposals.length;
    const box = new Float32Array(4);
    applyDeltas(proposals, i * 4, deltas, i * columns + 4 * c, 1, d.box.bboxRegWeights, box, 0);
    clipBoxes(box, frame.width, frame.height);
    moveBoxes(box, frame, base).forEach((v, j) => (out[j]! += v / views.length));
  }
  return out;
}

/** detector_postprocess: scales to the original image, clips; returns also which detections stay (not empty). */
export function toOriginalFrame(
  boxes: Float32Array,
  scaleX: number,
  scaleY: number,
  width: number,
  height: number,
): { boxes: Float32Array; kept: number[] } {
  const scaled = boxes.map((v, i) => v * (i % 2 ? scaleY : scaleX));
  clipBoxes(scaled, width, height);
  const kept: number[] = [];
  for (let i = 0; i < boxes.length / 4; i++)
    if (scaled[i * 4 + 2]! > scaled[i * 4]! && scaled[i * 4 + 3]! > scaled[i * 4 + 1]!) kept.push(i);
  return { boxes: scaled, kept };
}
