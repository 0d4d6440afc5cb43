import type { InputFrame } from './inputFrame';
import { boxAt, takeBoxes, type Box } from '../geometry/box';
import type { Instances } from './instances';
import { argsortDescending, nms } from './nms';
import { candidateThreshold } from './description';
import type { OnnxDescription } from './onnxDescription';
import { pasteMask } from './pasteMask';
import { toOriginalFrame } from './postprocess';
import { encodeWindow, type Rle } from '../geometry/rle';
import type { Size } from '../geometry/size';

interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Candidates in the input's frame. */
interface Candidates {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly labels: Float32Array;
  /** First coefficient of candidate i, and the step between its coefficients. */
  readonly coefficient?: { readonly data: Float32Array; readonly at: (i: number) => number; readonly step: number };
}

/**
 * Converts the outputs of a foreign graph to instances in the original image.
 * @throws RangeError when the outputs are not as described
 */
export function decodeOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  d: OnnxDescription,
  frame: InputFrame,
  { width, height }: Size,
): Instances {
  const output = (role: keyof OnnxDescription['outputs']): Tensor => {
    const name = d.outputs[role];
    const tensor = name === undefined ? undefined : outputs[name];
    if (!tensor) throw new RangeError(`The graph has no output "${name ?? role}".`);
    return tensor;
  };
  const c = candidates(d, output);
  checkScores(c.scores);
  const sure = argsortDescending(c.scores).filter((i) => c.scores[i]! > candidateThreshold(d.box));
  let kept: Int32Array = sure;
  if (d.box.nmsThreshold !== null) {
    // Boxes of each class are shifted by a different offset, so that one NMS works per class (torchvision's batched_nms).
    const span = c.boxes.reduce((m, v) => Math.max(m, Math.abs(v)), 0) + 1;
    const apart = c.boxes.map((v, i) => v + 2 * span * c.labels[i >> 2]!);
    kept = nms(apart, sure, d.box.nmsThreshold, d.box.detectionsPerImage);
  }
  const best = kept.subarray(0, d.box.detectionsPerImage);
  checkBoxes(takeBoxes(c.boxes, best), frame);
  const inside = takeBoxes(c.boxes, best).map((v, i) => v - (i % 2 ? frame.top : frame.left));
  const original = toOriginalFrame(inside, { x: 1 / frame.scaleX, y: 1 / frame.scaleY }, { width, height });
  const placed = takeBoxes(original.boxes, original.kept);
  const found = original.kept.map((k) => best[k]!);
  const masks = d.masks && maskReader({ d, output, c, frame });
  return {
    imageSize: { width, height },
    boxes: placed,
    scores: Float32Array.from(found, (i) => c.scores[i]!),
    classIds: Int32Array.from(found, (i) => Math.max(0, c.labels[i]! - d.labelOffset)),
    ...(masks ? { masks: found.map((i, k) => masks(i, boxAt(placed, k), { width, height })) } : {}),
  };
}

/** Half precision rounds 1 up by less than this. */
const scoreMargin = 0.01;

/** Scores outside 0 to 1 are logits, angles or coordinates: the graph is of another task. */
function checkScores(scores: Float32Array): void {
  const wrong = scores.find((s) => !(s <= 1 + scoreMargin && s >= -scoreMargin));
  if (wrong !== undefined)
    throw new RangeError(
      `The graph returns the score ${Number(wrong.toPrecision(4))}; scores are from 0 to 1. It is of another kind than model.json describes.`,
    );
}

/** @throws RangeError for boxes that are not numbers, or all inside the first pixel (normalised coordinates) */
function checkBoxes(boxes: Float32Array, { width, height }: InputFrame): void {
  if (!boxes.every(Number.isFinite)) throw new RangeError('The graph returns boxes with values that are not numbers.');
  if (boxes.length > 0 && Math.min(width, height) > 16 && boxes.every((v) => Math.abs(v) <= 1.5))
    throw new RangeError(
      'The graph returns boxes in normalised coordinates; model.json describes boxes in pixels of its input.',
    );
}

type Output = (role: keyof OnnxDescription['outputs']) => Tensor;

function candidates(d: OnnxDescription, output: Output): Candidates {
  if (d.layout === 'yolo') return yolo(d, output('yolo'));
  if (d.layout === 'boxes') {
    const scores = output('scores').data;
    const boxes = output('boxes').data;
    if (boxes.length !== 4 * scores.length)
      throw new RangeError('The graph returns different numbers of boxes and scores.');
    const labels = d.outputs.labels ? output('labels').data : new Float32Array(scores.length).fill(d.labelOffset);
    return { boxes, scores, labels };
  }
  const { data, dims } = output(d.layout);
  const columns = dims.at(-1)!;
  if (columns < (d.layout === 'dets' ? 5 : 6)) throw new RangeError(`The graph returns rows of ${columns} numbers.`);
  const n = data.length / columns;
  const boxes = new Float32Array(n * 4);
  for (let i = 0; i < n; i++) boxes.set(data.subarray(i * columns, i * columns + 4), i * 4);
  const scores = Float32Array.from({ length: n }, (_, i) => data[i * columns + 4]!);
  const labels =
    d.layout === 'dets' ? output('labels').data : Float32Array.from({ length: n }, (_, i) => data[i * columns + 5]!);
  return { boxes, scores, labels, coefficient: { data, at: (i) => i * columns + 6, step: 1 } };
}

/** Ultralytics v8/v11: rows x, y, w, h, one score per class, mask coefficients; one column per cell. */
function yolo(d: OnnxDescription, { data, dims }: Tensor): Candidates {
  const n = dims.at(-1)!;
  const classes = d.categories.length;
  if (dims.at(-2)! < 4 + classes) throw new RangeError('The graph returns fewer rows than 4 + classes.');
  const boxes = new Float32Array(n * 4);
  const scores = new Float32Array(n);
  const labels = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const [x, y, w, h] = [data[i]!, data[n + i]!, data[2 * n + i]!, data[3 * n + i]!];
    boxes.set([x - w / 2, y - h / 2, x + w / 2, y + h / 2], i * 4);
    const score = (k: number) => data[(4 + k) * n + i]!;
    let best = 0;
    // A score that is not a number stays the best one, so that it is refused.
    for (let k = 1; k < classes; k++) if (score(k) > score(best) || Number.isNaN(score(k))) best = k;
    scores[i] = score(best);
    labels[i] = best + d.labelOffset;
  }
  return { boxes, scores, labels, coefficient: { data, at: (i) => (4 + classes) * n + i, step: n } };
}

/** Mask of candidate i inside its box, in the original image. */
type MaskReader = (i: number, box: Box, image: Size) => Rle;

interface MaskSource {
  readonly d: OnnxDescription;
  readonly output: Output;
  readonly c: Candidates;
  readonly frame: InputFrame;
}

function maskReader({ d, output, c, frame }: MaskSource): MaskReader {
  const n = c.scores.length;
  if (d.masks === 'protos') {
    const { data, dims } = output('protos');
    const [count, h, w] = dims.slice(-3) as [number, number, number];
    return (i, box, image) => {
      const logits = new Float32Array(w * h);
      const { data: values, at: first, step } = c.coefficient!;
      for (let k = 0; k < count; k++) {
        const weight = values[first(i) + k * step]!;
        for (let p = 0; p < w * h; p++) logits[p]! += weight * data[k * w * h + p]!;
      }
      return frameMask({ values: logits, from: 0, w, h, threshold: 0 }, frame, box, image);
    };
  }
  const { data, dims } = output('masks');
  const [h, w] = dims.slice(-2) as [number, number];
  const planes = data.length / (n * h * w || 1);
  if (n > 0 && !(planes >= 1)) throw new RangeError('The graph returns different numbers of masks and boxes.');
  return (i, box, image) => {
    const plane = planes > 1 ? Math.min(planes - 1, Math.max(0, c.labels[i]! - d.labelOffset)) : 0;
    const from = (i * planes + plane) * h * w;
    if (d.masks === 'box') return pasteMask({ data, from, size: w }, box, image);
    return frameMask({ values: data, from, w, h, threshold: 0.5 }, frame, box, image);
  };
}

/** A plane of w × h values over the whole input, row by row from index `from`; pixels above the threshold are the mask. */
interface MaskPlane {
  readonly values: Float32Array;
  readonly from: number;
  readonly w: number;
  readonly h: number;
  readonly threshold: number;
}

/** A mask over the whole input, sampled bilinearly inside the box. */
function frameMask({ values, from, w, h, threshold }: MaskPlane, frame: InputFrame, box: Box, image: Size): Rle {
  const left = Math.max(0, Math.floor(box[0]));
  const top = Math.max(0, Math.floor(box[1]));
  const right = Math.min(image.width, Math.ceil(box[2]));
  const bottom = Math.min(image.height, Math.ceil(box[3]));
  const [bw, bh] = [right - left, bottom - top];
  const bits = new Uint8Array(bw * bh);
  const sample = (n: number, v: number): [number, number, number] => {
    const p = Math.min(n - 1, Math.max(0, v));
    const low = Math.min(Math.floor(p), Math.max(0, n - 2));
    return [low, Math.min(n - 1, low + 1), p - low];
  };
  for (let y = 0; y < bh; y++) {
    const [y0, y1, fy] = sample(h, (((top + y + 0.5) * frame.scaleY + frame.top) * h) / frame.height - 0.5);
    for (let x = 0; x < bw; x++) {
      const [x0, x1, fx] = sample(w, (((left + x + 0.5) * frame.scaleX + frame.left) * w) / frame.width - 0.5);
      const upper = values[from + y0 * w + x0]! * (1 - fx) + values[from + y0 * w + x1]! * fx;
      const lower = values[from + y1 * w + x0]! * (1 - fx) + values[from + y1 * w + x1]! * fx;
      if (upper * (1 - fy) + lower * fy > threshold) bits[y * bw + x] = 1;
    }
  }
  return encodeWindow(bits, { x: left, y: top, width: bw, height: bh }, image);
}
