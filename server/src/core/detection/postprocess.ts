import { applyDeltas, clipBoxes } from './boxCoder';
import type { DetectorDescription } from './description';
import { nms } from './nms';

/** Detections in the resized frame, best first. */
export interface FrameDetections {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Int32Array;
}

/**
 * fast_rcnn_inference_single_image: decode per class, clip, threshold, NMS per class, best detectionsPerImage.
 * @param scores N × (K+1) probabilities, background last
 * @param deltas N × 4K, or N × 4 when class-agnostic
 */
export function selectDetections(
  proposals: Float32Array,
  scores: Float32Array,
  deltas: Float32Array,
  d: DetectorDescription,
  width: number,
  height: number,
): FrameDetections {
  const k = d.categories.length;
  const n = proposals.length / 4;
  const columns = d.box.classAgnostic ? 4 : 4 * k;
  const picked: { box: Float32Array; score: number; classId: number }[] = [];
  for (let c = 0; c < k; c++) {
    const boxes: number[] = [];
    const kept: number[] = [];
    const box = new Float32Array(4);
    for (let i = 0; i < n; i++) {
      const score = scores[i * (k + 1) + c]!;
      if (!(score > d.box.scoreThreshold)) continue;
      applyDeltas(
        proposals,
        i * 4,
        deltas,
        i * columns + (d.box.classAgnostic ? 0 : 4 * c),
        1,
        d.box.bboxRegWeights,
        box,
        0,
      );
      if (!box.every(Number.isFinite)) continue;
      clipBoxes(box, width, height);
      boxes.push(...box);
      kept.push(score);
    }
    const all = Float32Array.from(boxes);
    const order = kept.map((_, i) => i).sort((a, b) => kept[b]! - kept[a]! || a - b);
    for (const i of nms(all, order, d.box.nmsThreshold))
      picked.push({ box: all.subarray(i * 4, i * 4 + 4), score: kept[i]!, classId: c });
  }
  picked.sort((a, b) => b.score - a.score);
  picked.length = Math.min(picked.length, d.box.detectionsPerImage);
  const boxes = new Float32Array(picked.length * 4);
  picked.forEach((p, i) => boxes.set(p.box, i * 4));
  return {
    boxes,
    scores: Float32Array.from(picked, (p) => p.score),
    classIds: Int32Array.from(picked, (p) => p.classId),
  };
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
