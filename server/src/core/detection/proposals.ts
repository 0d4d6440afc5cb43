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
  const order = new Int32Array(logits.length);
  let full = 0;
  for (let i = 0; i < logits.length; i++)
    if (boxes[i * 4 + 2]! > boxes[i * 4]! && boxes[i * 4 + 3]! > boxes[i * 4 + 1]!) order[full++] = i;
  const kept = nms(boxes, order.subarray(0, full), d.rpn.nmsThreshold, d.rpn.postNmsTopk);
  const keptLogits = new Float32Array(kept.length);
  for (let i = 0; i < kept.length; i++) keptLogits[i] = logits[kept[i]!]!;
  return { boxes: takeBoxes(boxes, kept), logits: keptLogits };
}

/** Flat indices of the k largest values, largest first; ties in Detectron2's order (by cell, then by anchor). */
function topK(values: Float32Array, plane: number, anchors: number, k: number): Int32Array {
  const chosen = someAboveKthLargest(values, k);
  // 64-bit keys sort without calls of a comparator: in the upper half the value, in the lower half its rank among equal ones.
  const keys = new BigUint64Array(chosen.length);
  const halves = new Uint32Array(keys.buffer);
  const asBits = new Uint32Array(1);
  const asFloat = new Float32Array(asBits.buffer);
  for (let j = 0; j < chosen.length; j++) {
    const i = chosen[j]!;
    const anchor = Math.floor(i / plane);
    asFloat[0] = values[i]! + 0; // −0 equals 0
    const bits = asBits[0]!;
    halves[2 * j] = (i - anchor * plane) * anchors + anchor;
    halves[2 * j + 1] = bits >>> 31 ? bits : ~bits & 0x7fffffff;
  }
  keys.sort();
  const out = new Int32Array(Math.min(k, chosen.length));
  for (let j = 0; j < out.length; j++) {
    const rank = halves[2 * j]!;
    const cell = Math.floor(rank / anchors);
    out[j] = (rank - cell * anchors) * plane + cell;
  }
  return out;
}

/** Bins of logits: 1/128 wide from −16 to 16; the outermost bins contain everything beyond. */
const binCount = 4096;
const binOf = (logit: number): number => {
  const bin = ((logit + 16) * 128) | 0;
  return bin < 0 ? 0 : bin > binCount - 1 ? binCount - 1 : bin;
};

/** Every how many-th value is counted to find a threshold that somewhat more than k values exceed. */
const sampled = 8;

/** Indices of the k largest values and of some others, in ascending order. */
function someAboveKthLargest(values: Float32Array, k: number): Int32Array {
  if (values.length <= k) return Int32Array.from(values.keys());
  const few =
    sampled * k < values.length && indicesAbove(values, thresholdOf(values, sampled, (1.3 * k) / sampled), 4 * k);
  return few && few.length >= k ? few : indicesAbove(values, thresholdOf(values, 1, k), values.length)!;
}

/** The lower edge of a bin that, with those above it, contains `count` of every `step`-th value. */
function thresholdOf(values: Float32Array, step: number, count: number): number {
  const bins = new Uint32Array(binCount);
  for (let i = 0; i < values.length; i += step) bins[binOf(values[i]!)]!++;
  let above = 0;
  let cut = binCount;
  while (above < count && cut > 0) above += bins[--cut]!;
  return cut > 0 ? cut / 128 - 16 : -Infinity;
}

/** Indices of the values that are at least `threshold`; null for more than `limit`. */
function indicesAbove(values: Float32Array, threshold: number, limit: number): Int32Array | null {
  const out = new Int32Array(limit);
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= threshold)) continue;
    if (n === limit) return null;
    out[n++] = i;
  }
  return out.subarray(0, n);
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
