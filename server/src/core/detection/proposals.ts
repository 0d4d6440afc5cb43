import type { Size } from '../geometry/size';
import { cellAnchors } from './anchors';
import { takeBoxes } from '../geometry/box';
import { applyDeltas, clipBoxes } from './boxCoder';
import type { DetectorDescription } from './description';
import { nms } from './nms';

/** One level of the RPN's output: objectness A × h × w and deltas 4A × h × w, channel-major as the network returns them. */
export interface RpnLevel {
  readonly objectness: Float32Array;
  readonly deltas: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Boxes (N × 4, pixels of the resized frame) and logits, highest logit first. */
export interface Proposals {
  readonly boxes: Float32Array;
  readonly logits: Float32Array;
}

/**
 * Detectron2's find_top_rpn_proposals: per-level top-k, decoding, clipping, removal of empty boxes, NMS within each level,
 * then the highest logits of all levels.
 * @param width of the resized frame in pixels, as `height`
 */
export function findProposals(
  levels: readonly RpnLevel[],
  d: DetectorDescription,
  width: number,
  height: number,
): Proposals {
  const perLevel = levels.map((level, i) => levelProposals(level, i, d, { width, height }));
  const total = perLevel.reduce((n, p) => n + p.logits.length, 0);
  const count = Math.min(total, d.rpn.postNmsTopk);
  const boxes = new Float32Array(count * 4);
  const logits = new Float32Array(count);
  // Each level is sorted, so the highest remaining logit is the head of one of them; of equal logits the lower level goes first.
  const heads = new Int32Array(perLevel.length);
  for (let n = 0; n < count; n++) {
    let best = -1;
    for (let i = 0; i < perLevel.length; i++) {
      const logit = perLevel[i]!.logits[heads[i]!];
      if (logit !== undefined && (best < 0 || logit > perLevel[best]!.logits[heads[best]!]!)) best = i;
    }
    const at = heads[best]!++;
    logits[n] = perLevel[best]!.logits[at]!;
    boxes.set(perLevel[best]!.boxes.subarray(at * 4, at * 4 + 4), n * 4);
  }
  return { boxes, logits };
}

function levelProposals(level: RpnLevel, index: number, d: DetectorDescription, { width, height }: Size): Proposals {
  const cells = cellAnchors(
    d.anchors.sizes[d.anchors.sizes.length === 1 ? 0 : index]!,
    d.anchors.aspectRatios[d.anchors.aspectRatios.length === 1 ? 0 : index]!,
  );
  const stride = d.anchors.strides[index]!;
  const plane = level.width * level.height;
  const top = topK(level.objectness, plane, cells.length / 4, d.rpn.preNmsTopk);
  const boxes = new Float32Array(top.length * 4);
  const logits = new Float32Array(top.length);
  const deltas = { values: level.deltas, step: plane, weights: d.rpn.bboxRegWeights };
  for (let i = 0; i < top.length; i++) {
    const flat = top[i]!;
    const a = Math.floor(flat / plane);
    const pixel = flat - a * plane;
    const row = Math.floor(pixel / level.width);
    const x = (pixel - row * level.width + d.anchors.offset) * stride;
    const y = (row + d.anchors.offset) * stride;
    boxes[i * 4] = cells[a * 4]! + x;
    boxes[i * 4 + 1] = cells[a * 4 + 1]! + y;
    boxes[i * 4 + 2] = cells[a * 4 + 2]! + x;
    boxes[i * 4 + 3] = cells[a * 4 + 3]! + y;
    applyDeltas(boxes, i, deltas, a * 4 * plane + pixel);
    logits[i] = level.objectness[flat]!;
  }
  clipBoxes(boxes, width, height);
  const order: number[] = [];
  for (let i = 0; i < logits.length; i++)
    if (boxes[i * 4 + 2]! > boxes[i * 4]! && boxes[i * 4 + 3]! > boxes[i * 4 + 1]!) order.push(i);
  const kept = nms(boxes, order, d.rpn.nmsThreshold, d.rpn.postNmsTopk);
  return { boxes: takeBoxes(boxes, kept), logits: Float32Array.from(kept, (i) => logits[i]!) };
}

/** Flat indices of the k largest values, largest first; ties in Detectron2's order (by cell, then by anchor). */
function topK(values: Float32Array, plane: number, anchors: number, k: number): Int32Array {
  const rank = (i: number) => (i % plane) * anchors + Math.floor(i / plane);
  return atLeastKthLargest(values, k)
    .sort((a, b) => values[b]! - values[a]! || rank(a) - rank(b))
    .subarray(0, k);
}

/** Bins of logits: 1/128 wide from −16 to 16; the outermost bins contain everything beyond. */
const binOf = (logit: number): number => {
  const bin = ((logit + 16) * 128) | 0;
  return bin < 0 ? 0 : bin > 4095 ? 4095 : bin;
};

/** Indices of the values that are at least the k-th largest, which a histogram and a sort of one bin find. */
function atLeastKthLargest(values: Float32Array, k: number): Int32Array {
  if (values.length <= k) return Int32Array.from(values, (_, i) => i);
  const bins = new Uint32Array(4096);
  for (let i = 0; i < values.length; i++) bins[binOf(values[i]!)]!++;
  let above = 0;
  let cut = 4095;
  while (above + bins[cut]! < k) above += bins[cut--]!;
  const chosen = new Int32Array(above + bins[cut]!);
  const inside = new Float32Array(bins[cut]!);
  for (let i = 0, n = 0, m = 0; i < values.length; i++) {
    const bin = binOf(values[i]!);
    if (bin < cut) continue;
    chosen[n++] = i;
    if (bin === cut) inside[m++] = values[i]!;
  }
  const kth = inside.sort()[inside.length - (k - above)]!;
  return chosen.filter((i) => values[i]! >= kth);
}

/** Boxes by pyramid level p2…p5; `order[i]` is the original index of row i of the concatenated levels. */
export interface LeveledBoxes {
  readonly boxes: readonly Float32Array[];
  readonly order: Int32Array;
}

/**
 * Detectron2's assign_boxes_to_levels (poolers.py).
 * @param boxes N × 4 in pixels
 * @param canonicalBoxSize side in pixels of a box that belongs to `canonicalLevel`
 */
export function assignLevels(boxes: Float32Array, canonicalBoxSize: number, canonicalLevel: number): LeveledBoxes {
  const members: number[][] = [[], [], [], []];
  for (let i = 0; i < boxes.length / 4; i++) {
    const area = (boxes[i * 4 + 2]! - boxes[i * 4]!) * (boxes[i * 4 + 3]! - boxes[i * 4 + 1]!);
    const level = Math.floor(canonicalLevel + Math.log2(Math.sqrt(area) / canonicalBoxSize + 1e-8));
    members[Math.min(5, Math.max(2, level)) - 2]!.push(i);
  }
  return {
    boxes: members.map((m) => takeBoxes(boxes, m)),
    order: Int32Array.from(members.flat()),
  };
}
