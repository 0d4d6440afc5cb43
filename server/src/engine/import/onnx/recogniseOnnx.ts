import type { OnnxDescription } from '../../../core/detection/onnxDescription';
import type { GraphDescription, TensorDescription } from '../../detector/session';
import { classNames } from './onnxMetadata';
import { ImportError } from '../importError';
import { refuseAmbiguousColumns, refuseAmbiguousRows, refuseOtherTasks } from './otherTasks';

type Parts = Pick<OnnxDescription, 'layout' | 'outputs' | 'masks' | 'labelOffset' | 'box'> & {
  readonly name: string;
  readonly input: OnnxDescription['input'];
  readonly categories?: readonly string[];
};

const fixed = (d: string | number | undefined): d is number => typeof d === 'number' && d > 0;
const rank = (t: TensorDescription, n: number) => t.shape.length === n;
const isFloat = (t: TensorDescription) => t.type === 'float32';
const isInteger = (t: TensorDescription) => t.type === 'int64' || t.type === 'int32';
/** Whether a dimension can have this size. */
const may = (d: string | number | undefined, n: number) => !fixed(d) || d === n;
/** Soft masks of any size; keypoints end in 2 or 3 values per point. */
const isMask = (t: TensorDescription) =>
  (rank(t, 4) || (rank(t, 3) && !isInteger(t))) && !(fixed(t.shape.at(-1)) && (t.shape.at(-1) as number) <= 3);
const identity = { scale: 1, pixelMean: [0, 0, 0], pixelStd: [1, 1, 1] };

/**
 * Recognises the exports of torchvision, Detectron2, Ultralytics and MMDetection by the graph's inputs and outputs.
 * @throws ImportError with the graph's outputs and the supported ones
 */
export function recogniseOnnx(
  id: string,
  graph: GraphDescription,
  metadata: ReadonlyMap<string, string>,
): { description: OnnxDescription; notices: string[] } {
  const images = graph.inputs.filter((t) => t.shape.length >= 3 && may(t.shape.at(-3), 3));
  const image = images[0];
  if (graph.inputs.length !== 1 || !image) throw unknown(graph);
  if (!isFloat(image))
    throw new ImportError(
      `The graph takes an image of ${image.type}; importable are graphs that take float32: export it again without half precision.`,
    );
  if (image.shape.length === 4 && fixed(image.shape[0]) && image.shape[0] !== 1)
    throw new ImportError(`The graph takes ${image.shape[0]} images at once; export it again for one (batch 1).`);
  refuseOtherTasks(graph, metadata);
  const parts =
    ultralytics(graph, image, metadata) ??
    mmdetection(graph, image) ??
    detectron2(graph, image) ??
    torchvision(graph, image);
  if (!parts) throw unknown(graph);
  const { categories, ...rest } = parts;
  return {
    description: { id, architecture: 'onnx', categories: categories ?? ['cavity'], ...rest },
    notices: [
      `Recognised ${parts.name}: ${parts.input.format} input, score threshold ${parts.box.scoreThreshold}; model.json can be edited by hand where that is wrong.`,
    ],
  };
}

interface InputStyle {
  readonly format: 'RGB' | 'BGR';
  readonly numbers: Pick<OnnxDescription['input'], 'scale' | 'pixelMean' | 'pixelStd'>;
  /** Resizing where the graph takes images of any size. */
  readonly free: OnnxDescription['input']['resize'];
  /** Position and padding of a smaller image in a graph of fixed size. */
  readonly letterbox: { readonly pad: number; readonly centered: boolean };
}

function inputOf(image: TensorDescription, { format, numbers, free, letterbox }: InputStyle): OnnxDescription['input'] {
  const [h, w] = image.shape.slice(-2);
  return {
    name: image.name,
    rank: image.shape.length === 3 ? 3 : 4,
    format,
    ...numbers,
    resize: fixed(h) && fixed(w) ? { mode: 'letterbox', width: w, height: h, ...letterbox } : free,
  };
}

/** `output0` 1 × (4 + classes [+ 32]) × cells, or 1 × N × 6 [+ 32] with suppression inside; `output1` are prototypes. */
function ultralytics(
  { outputs }: GraphDescription,
  image: TensorDescription,
  metadata: ReadonlyMap<string, string>,
): Parts | null {
  const [first, protos] = outputs;
  if (!first || outputs.length > 2 || !rank(first, 3) || !isFloat(first) || !rank(image, 4)) return null;
  if (protos && !(rank(protos, 4) && isFloat(protos))) return null;
  const [, a, b] = first.shape;
  const names = classNames(metadata.get('names'));
  const coefficients = protos ? (fixed(protos.shape[1]) ? protos.shape[1] : 32) : 0;
  const endToEnd = fixed(b) && b === 6 + coefficients && !(fixed(a) && a === 4 + (names?.length ?? -1) + coefficients);
  if (!endToEnd && !fixed(a)) return null;
  if (endToEnd) refuseAmbiguousRows(first, image, { metadata, classes: names?.length ?? null });
  const classes = endToEnd ? (names?.length ?? 1) : (a as number) - 4 - coefficients;
  if (classes < 1 || (!endToEnd && fixed(b) && b < (a as number))) return null;
  if (!endToEnd) refuseAmbiguousColumns(first, image, { metadata, values: classes + 4 });
  if (names && names.length !== classes)
    throw new ImportError(
      `The graph gives ${a} values per cell, but its ${names.length} class names (metadata) need ${4 + names.length + coefficients}: it is of another task or version than Ultralytics detection.`,
    );
  const size = Number(/\d+/.exec(metadata.get('imgsz') ?? '')?.[0] ?? 640);
  const letterbox = { pad: 114, centered: true };
  return {
    name: `Ultralytics YOLO ${protos ? 'segmentation' : 'detection'}`,
    layout: endToEnd ? 'rows' : 'yolo',
    outputs: {
      ...(endToEnd ? { rows: first.name } : { yolo: first.name }),
      ...(protos ? { protos: protos.name } : {}),
    },
    masks: protos ? 'protos' : null,
    labelOffset: 0,
    categories: names ?? Array.from({ length: classes }, (_, i) => (classes === 1 ? 'cavity' : `class ${i}`)),
    box: { scoreThreshold: 0.25, nmsThreshold: endToEnd ? null : 0.7, detectionsPerImage: 300 },
    input: inputOf(image, {
      format: 'RGB',
      numbers: { ...identity, scale: 1 / 255 },
      free: { mode: 'letterbox', width: size, height: size, ...letterbox },
      letterbox,
    }),
  };
}

/** `dets` 1 × N × 5, `labels` 1 × N, `masks` 1 × N × h × w; pixels are normalized before they enter the graph. */
function mmdetection({ outputs }: GraphDescription, image: TensorDescription): Parts | null {
  const dets = outputs.find((t) => t.name === 'dets' || (rank(t, 3) && t.shape[2] === 5));
  const labels = outputs.find((t) => t.name === 'labels' || (rank(t, 2) && isInteger(t)));
  // Rotated boxes (MMRotate) have an angle as a sixth column.
  if (!dets || !labels || dets === labels || !rank(dets, 3) || !may(dets.shape[2], 5)) return null;
  const masks = outputs.find((t) => t !== dets && t !== labels && (t.name === 'masks' || isMask(t)));
  if (outputs.length !== (masks ? 3 : 2)) return null;
  const side = masks?.shape.at(-1);
  return {
    name: `MMDetection ${masks ? 'instance segmentation' : 'detection'}`,
    layout: 'dets',
    outputs: { dets: dets.name, labels: labels.name, ...(masks ? { masks: masks.name } : {}) },
    masks: masks ? (fixed(side) && side <= 56 ? 'box' : 'frame') : null,
    labelOffset: 0,
    box: { scoreThreshold: 0.25, nmsThreshold: null, detectionsPerImage: 1000 },
    input: inputOf(image, {
      format: 'RGB',
      numbers: { scale: 1, pixelMean: [123.675, 116.28, 103.53], pixelStd: [58.395, 57.12, 57.375] },
      free: { mode: 'shortest-edge', minSize: 800, maxSize: 1333, sizeDivisibility: 32 },
      letterbox: { pad: 0, centered: false },
    }),
  };
}

interface Separate {
  readonly boxes: TensorDescription;
  readonly scores: TensorDescription;
  readonly labels: TensorDescription;
  readonly masks: TensorDescription | undefined;
  readonly sizes: TensorDescription | undefined;
}

/** Outputs boxes N × 4, scores N, labels N and masks N × 1 × h × w in any order, by type and rank. */
function separate({ outputs }: GraphDescription): Separate | null {
  const boxes = outputs.filter((t) => isFloat(t) && rank(t, 2) && may(t.shape[1], 4));
  const scores = outputs.filter((t) => isFloat(t) && rank(t, 1));
  const sizes = outputs.filter((t) => isInteger(t) && rank(t, 1) && t.shape[0] === 2);
  const labels = outputs.filter((t) => isInteger(t) && rank(t, 1) && !sizes.includes(t));
  const masks = outputs.filter(isMask);
  if (boxes.length !== 1 || scores.length !== 1 || labels.length !== 1 || masks.length > 1 || sizes.length > 1)
    return null;
  if (outputs.length !== 3 + masks.length + sizes.length) return null;
  return { boxes: boxes[0]!, scores: scores[0]!, labels: labels[0]!, masks: masks[0], sizes: sizes[0] };
}

const names = (s: Separate) => ({
  boxes: s.boxes.name,
  scores: s.scores.name,
  labels: s.labels.name,
  ...(s.masks ? { masks: s.masks.name } : {}),
});

/** Instances fields in Detectron2's order (boxes, classes, masks, scores) and the image size; masks 28 × 28 in the box. */
function detectron2(graph: GraphDescription, image: TensorDescription): Parts | null {
  const s = separate(graph);
  if (!s) return null;
  const side = s.masks?.shape.at(-1);
  const inBox = fixed(side) && side <= 56 && s.masks!.shape.at(-2) === side;
  const order = graph.outputs.indexOf(s.labels) < graph.outputs.indexOf(s.scores);
  if (!s.sizes && !(inBox && order)) return null;
  return {
    name: `Detectron2 export of ${s.masks ? 'Mask' : 'Faster'} R-CNN`,
    layout: 'boxes',
    outputs: names(s),
    masks: s.masks ? (inBox || !fixed(side) ? 'box' : 'frame') : null,
    labelOffset: 0,
    box: { scoreThreshold: 0.25, nmsThreshold: null, detectionsPerImage: 1000 },
    input: inputOf(image, {
      format: 'BGR',
      numbers: identity,
      free: { mode: 'shortest-edge', minSize: 800, maxSize: 1333, sizeDivisibility: 1 },
      letterbox: { pad: 0, centered: false },
    }),
  };
}

/** Boxes, labels from 1, scores and masks of the input's size; the graph resizes and normalizes itself. */
function torchvision(graph: GraphDescription, image: TensorDescription): Parts | null {
  const s = separate(graph);
  if (!s || s.sizes) return null;
  return {
    name: `torchvision ${s.masks ? 'Mask' : 'Faster'} R-CNN`,
    layout: 'boxes',
    outputs: names(s),
    masks: s.masks ? 'frame' : null,
    labelOffset: 1,
    box: { scoreThreshold: 0.25, nmsThreshold: null, detectionsPerImage: 1000 },
    input: inputOf(image, {
      format: 'RGB',
      numbers: { ...identity, scale: 1 / 255 },
      free: { mode: 'none', sizeDivisibility: 1 },
      letterbox: { pad: 0, centered: false },
    }),
  };
}

function unknown({ inputs, outputs }: GraphDescription): ImportError {
  const list = (tensors: readonly TensorDescription[]) =>
    tensors
      .slice(0, 8)
      .map((t) => `${t.name} ${t.type}[${t.shape.join(', ')}]`)
      .join('; ') || 'nothing';
  return new ImportError(
    `This graph is not of a known kind: it takes ${list(inputs)} and gives ${list(outputs)}. Known are torchvision and Detectron2 R-CNN, Ultralytics YOLO v8/11 and MMDetection (dets, labels, masks); describe any other with --config model.json (docs/models.md).`,
  );
}
