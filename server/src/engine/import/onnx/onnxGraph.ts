import type { DetectorDescription } from '../../../core/detection/description';
import { ImportError } from '../importError';
import { type LazyTensor } from '../torch/torchCheckpoint';
import { addFlattening } from './inputNormalizationGraph';
import { OnnxGraph, type Attribute } from './onnxProto';

export type Weights = ReadonlyMap<string, LazyTensor>;
export interface DetectorGraphs {
  readonly backbone: OnnxGraph;
  readonly boxHead: OnnxGraph;
  readonly maskHead: OnnxGraph | null;
}

/** Batch norm's epsilon in torch and in Detectron2's FrozenBatchNorm2d. */
const epsilon = 1e-5;
const basicBlocks: Record<number, readonly number[]> = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] };
const bottlenecks: Record<number, readonly number[]> = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] };

async function weight(weights: Weights, name: string): Promise<{ values: Float32Array; shape: readonly number[] }> {
  const tensor = weights.get(name);
  if (!tensor)
    throw new ImportError(
      `The checkpoint has no "${name}": it is not a Detectron2 Mask R-CNN or Faster R-CNN with a ResNet FPN of this depth.`,
    );
  const values = await tensor.read();
  if (!values.every(Number.isFinite))
    throw new ImportError(`The tensor "${name}" contains values that are not numbers: the training diverged.`);
  return { values, shape: tensor.shape };
}

/** Checks that a layer's inputs match the outputs of the layer before it; otherwise the runtime refuses the graph much later. */
function expectInputs(name: string, taken: number, inputs: number | undefined): void {
  if (inputs !== undefined && taken !== inputs)
    throw new ImportError(
      `The layer "${name}" takes ${taken} inputs, but the one before it gives ${inputs}: weights and configuration do not belong together.`,
    );
}

/** A convolution's weights in a graph: names of its constants, and the shape out × in/group × k × k. */
interface Kernel {
  readonly constants: readonly [string, string];
  readonly shape: readonly number[];
}

async function kernel(g: OnnxGraph, weights: Weights, name: string): Promise<Kernel> {
  const { values, shape } = await weight(weights, `${name}.weight`);
  const out = shape[0]!;
  const bias = new Float32Array(out);
  let folded = values;
  if (weights.has(`${name}.norm.running_mean`)) {
    const [gamma, beta, mean, variance] = await Promise.all(
      ['weight', 'bias', 'running_mean', 'running_var'].map((p) => weight(weights, `${name}.norm.${p}`)),
    );
    folded = values.slice();
    const size = values.length / out;
    for (let o = 0; o < out; o++) {
      const scale = gamma!.values[o]! / Math.sqrt(variance!.values[o]! + epsilon);
      bias[o] = beta!.values[o]! - mean!.values[o]! * scale;
      for (let i = o * size; i < (o + 1) * size; i++) folded[i] = folded[i]! * scale;
    }
  } else if (weights.has(`${name}.bias`)) bias.set((await weight(weights, `${name}.bias`)).values);
  return { constants: [g.floats(folded, shape), g.floats(bias, [out])], shape };
}

/** A graph under construction and its weights. */
interface Net {
  readonly g: OnnxGraph;
  readonly w: Weights;
}

/**
 * Convolution with its batch norm folded in, or with its bias; optional ReLU.
 * @param options.shared kernels by layer, for layers that occur in the graph more than once
 */
async function conv(
  { g, w }: Net,
  x: string,
  name: string,
  options: { stride?: number; relu?: boolean; group?: number; output?: string; shared?: Map<string, Kernel> } = {},
): Promise<string> {
  const { constants, shape } = options.shared?.get(name) ?? (await kernel(g, w, name));
  options.shared?.set(name, { constants, shape });
  const group = options.group ?? 1;
  expectInputs(name, shape[1]! * group, g.channels.get(x));
  const k = shape[2]!;
  const p = Math.floor(k / 2);
  const stride = options.stride ?? 1;
  const attributes = { kernel_shape: [k, k], strides: [stride, stride], pads: [p, p, p, p], group };
  const y = g.node('Conv', [x, ...constants], attributes, options.relu ? undefined : options.output);
  const result = options.relu ? g.node('Relu', [y], {}, options.output) : y;
  g.channels.set(result, shape[0]!);
  return result;
}

/** A node that changes no channels. */
function mapNode(g: OnnxGraph, op: string, inputs: readonly string[], attributes?: Record<string, Attribute>): string {
  const y = g.node(op, inputs, attributes);
  const channels = g.channels.get(inputs[0]!);
  if (channels !== undefined) g.channels.set(y, channels);
  return y;
}

async function residualBlock(
  net: Net,
  x: string,
  name: string,
  { stride, d }: { readonly stride: number; readonly d: DetectorDescription },
): Promise<string> {
  const { g, w } = net;
  const shortcut = w.has(`${name}.shortcut.weight`) ? await conv(net, x, `${name}.shortcut`, { stride }) : x;
  let y: string;
  if (d.resnet.depth < 50) {
    y = await conv(net, x, `${name}.conv1`, { stride, relu: true });
    y = await conv(net, y, `${name}.conv2`);
  } else {
    y = await conv(net, x, `${name}.conv1`, { stride: d.resnet.strideIn1x1 ? stride : 1, relu: true });
    y = await conv(net, y, `${name}.conv2`, {
      stride: d.resnet.strideIn1x1 ? 1 : stride,
      relu: true,
      group: d.resnet.numGroups,
    });
    y = await conv(net, y, `${name}.conv3`);
  }
  return mapNode(g, 'Relu', [mapNode(g, 'Add', [y, shortcut])]);
}

/** Backbone, FPN and RPN head: `image` -> p2…p5, objectness2…6, deltas2…6. */
async function backboneGraph(d: DetectorDescription, w: Weights): Promise<OnnxGraph> {
  const g = new OnnxGraph('backbone');
  const net = { g, w };
  let x =
    d.input.format === 'cavity-flat2'
      ? addFlattening(g, g.input('image', [1, 1, 'height', 'width'], 'uint8'), d.input.sizeDivisibility)
      : g.input('image', [1, d.input.channels, 'height', 'width']);
  x = await conv(net, x, 'backbone.bottom_up.stem.conv1', { stride: 2, relu: true });
  x = mapNode(g, 'MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  const stages: string[] = [];
  const blocks = basicBlocks[d.resnet.depth] ?? bottlenecks[d.resnet.depth]!;
  for (const [i, count] of blocks.entries()) {
    for (let b = 0; b < count; b++)
      x = await residualBlock(net, x, `backbone.bottom_up.res${i + 2}.${b}`, { stride: i > 0 && b === 0 ? 2 : 1, d });
    stages.push(x);
  }
  const levels: string[] = [];
  let top: string | undefined;
  const scales = g.floats(Float32Array.of(1, 1, 2, 2), [4]);
  for (let i = 5; i >= 2; i--) {
    const lateral = await conv(net, stages[i - 2]!, `backbone.fpn_lateral${i}`);
    if (top === undefined) top = lateral;
    else {
      const up = g.node('Resize', [top, '', scales], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
      top = mapNode(g, 'Add', [lateral, up]);
    }
    levels[i] = await conv(net, top, `backbone.fpn_output${i}`, { output: `p${i}` });
    g.output(`p${i}`, [1, d.fpn.outChannels, `h${i}`, `w${i}`]);
  }
  levels[6] = mapNode(g, 'MaxPool', [levels[5]!], { kernel_shape: [1, 1], strides: [2, 2] });
  const rpn = 'proposal_generator.rpn_head';
  const shared = new Map<string, Kernel>();
  for (let i = 2; i <= 6; i++) {
    const t = await conv(net, levels[i]!, `${rpn}.conv`, { relu: true, shared });
    await conv(net, t, `${rpn}.objectness_logits`, { output: `objectness${i}`, shared });
    await conv(net, t, `${rpn}.anchor_deltas`, { output: `deltas${i}`, shared });
    g.output(`objectness${i}`, [1, 'anchors', `h${i}`, `w${i}`]);
    g.output(`deltas${i}`, [1, 'anchors4', `h${i}`, `w${i}`]);
  }
  return g;
}

/** ROIAlignV2 of four levels, concatenated in level order. */
function poolLevels(g: OnnxGraph, d: DetectorDescription, resolution: number, samplingRatio: number): string {
  const zero = g.integers([0]);
  const one = g.integers([1]);
  const pooled = [2, 3, 4, 5].map((i) => {
    const p = g.input(`p${i}`, [1, d.fpn.outChannels, `h${i}`, `w${i}`]);
    const boxes = g.input(`boxes${i}`, [`n${i}`, 4]);
    // Batch index 0 for each box, of int64: the number of boxes is known at run time only.
    const n = g.node('Slice', [g.node('Shape', [boxes]), zero, one]);
    const batch = g.node('Cast', [g.node('ConstantOfShape', [n])], { to: 7 });
    return g.node('RoiAlign', [p, boxes, batch], {
      coordinate_transformation_mode: 'half_pixel',
      mode: 'avg',
      output_height: resolution,
      output_width: resolution,
      sampling_ratio: samplingRatio,
      spatial_scale: { float: 1 / d.anchors.strides[i - 2]! },
    });
  });
  const all = g.node('Concat', pooled, { axis: 0 });
  g.channels.set(all, d.fpn.outChannels);
  return all;
}

async function linear({ g, w }: Net, x: string, name: string, output?: string): Promise<string> {
  const { values, shape } = await weight(w, `${name}.weight`);
  expectInputs(name, shape[1]!, g.channels.get(x));
  const bias = await weight(w, `${name}.bias`);
  const y = g.node('Gemm', [x, g.floats(values, shape), g.floats(bias.values, bias.shape)], { transB: 1 }, output);
  g.channels.set(y, shape[0]!);
  return y;
}

async function boxHeadGraph(d: DetectorDescription, w: Weights): Promise<OnnxGraph> {
  const g = new OnnxGraph('box_head');
  const net = { g, w };
  let x = g.node('Flatten', [poolLevels(g, d, d.box.poolerResolution, d.box.samplingRatio)], { axis: 1 });
  g.channels.set(x, d.fpn.outChannels * d.box.poolerResolution ** 2);
  for (let i = 1; i <= d.box.fcDims.length; i++)
    x = mapNode(g, 'Relu', [await linear(net, x, `roi_heads.box_head.fc${i}`)]);
  g.node('Softmax', [await linear(net, x, 'roi_heads.box_predictor.cls_score')], { axis: 1 }, 'scores');
  await linear(net, x, 'roi_heads.box_predictor.bbox_pred', 'deltas');
  g.output('scores', ['n', d.categories.length + 1]);
  g.output('deltas', ['n', d.box.classAgnostic ? 4 : 4 * d.categories.length]);
  return g;
}

async function maskHeadGraph(d: DetectorDescription, w: Weights): Promise<OnnxGraph | null> {
  if (!d.mask) return null;
  const g = new OnnxGraph('mask_head');
  const net = { g, w };
  let x = poolLevels(g, d, d.mask.poolerResolution, d.mask.samplingRatio);
  const name = 'roi_heads.mask_head';
  for (let i = 1; i <= d.mask.convDims.length; i++) x = await conv(net, x, `${name}.mask_fcn${i}`, { relu: true });
  g.node('Sigmoid', [await upsampledLogits(g, w, x, name)], {}, 'masks');
  const side = 2 * d.mask.poolerResolution;
  g.output('masks', ['n', (await weight(w, `${name}.predictor.weight`)).shape[0]!, side, side]);
  return g;
}

/**
 * The 2 × 2 deconvolution of stride 2, its ReLU and the 1 × 1 predictor. No two input pixels share an output pixel, so
 * each of the four output phases is a 1 × 1 convolution, and the predictor can go before the pixels are interleaved:
 * the same sums as ConvTranspose, which with its ReLU took 100 of the 170 ms of an R50's mask head (50 instances).
 */
async function upsampledLogits(g: OnnxGraph, w: Weights, x: string, name: string): Promise<string> {
  const { values, shape } = await weight(w, `${name}.deconv.weight`);
  const bias = (await weight(w, `${name}.deconv.bias`)).values;
  const predictor = await weight(w, `${name}.predictor.weight`);
  const predictorBias = await weight(w, `${name}.predictor.bias`);
  const [inputs, outputs] = [shape[0]!, shape[1]!];
  expectInputs(`${name}.deconv`, inputs, g.channels.get(x));
  expectInputs(`${name}.predictor`, predictor.shape[1]!, outputs);
  const pointwise = { kernel_shape: [1, 1] };
  const phases: string[] = [];
  const [b, p, pb] = [
    g.floats(bias, [outputs]),
    g.floats(predictor.values, predictor.shape),
    g.floats(predictorBias.values, predictorBias.shape),
  ];
  for (let phase = 0; phase < 4; phase++) {
    const kernel = new Float32Array(outputs * inputs);
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++) kernel[o * inputs + i] = values[(i * outputs + o) * 4 + phase]!;
    const y = g.node('Conv', [x, g.floats(kernel, [outputs, inputs, 1, 1]), b], pointwise);
    phases.push(g.node('Conv', [g.node('Relu', [y]), p, pb], pointwise));
  }
  return g.node('DepthToSpace', [g.node('Concat', phases, { axis: 1 })], { blocksize: 2, mode: 'DCR' });
}

/** Builds the three graphs between which the data-dependent steps run in TypeScript. */
export async function buildDetectorGraphs(d: DetectorDescription, weights: Weights): Promise<DetectorGraphs> {
  return {
    backbone: await backboneGraph(d, weights),
    boxHead: await boxHeadGraph(d, weights),
    maskHead: await maskHeadGraph(d, weights),
  };
}
