import { ImportError } from '../importError';
import { type LazyTensor } from '../torch/torchCheckpoint';

type Tensors = ReadonlyMap<string, LazyTensor>;

/** Facts of the network from the shapes of a checkpoint's tensors. */
export interface WeightFacts {
  readonly depth: 18 | 34 | 50 | 101 | 152;
  readonly inputChannels: number;
  readonly stemOutChannels: number;
  readonly res2OutChannels: number;
  readonly numGroups: number;
  readonly widthPerGroup: number;
  readonly fpnChannels: number;
  readonly anchorsPerCell: number;
  readonly classes: number;
  readonly classAgnostic: boolean;
  readonly boxPoolerResolution: number;
  readonly fcDims: readonly number[];
  readonly maskConvDims: readonly number[] | null;
}

const bodies: Record<string, WeightFacts['depth']> = {
  'basic 2,2,2,2': 18,
  'basic 3,4,6,3': 34,
  'bottleneck 3,4,6,3': 50,
  'bottleneck 3,4,23,3': 101,
  'bottleneck 3,8,36,3': 152,
};

/** Other architectures by names that only they have. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^head\.(cls_subnet|cls_score)/, 'a RetinaNet'],
  [/^roi_heads\.box_head\.0\./, 'a Cascade R-CNN'],
  [/^roi_heads\.res5\./, 'an R-CNN with a C4 body'],
  [/^roi_heads\.mask_coarse_head|^roi_heads\.mask_point_head/, 'a PointRend network'],
  [/^sem_seg_head\.(pixel_decoder|predictor)/, 'a MaskFormer'],
  [/^sem_seg_head\./, 'a Panoptic FPN'],
  [/^proposal_generator\.fcos_head/, 'an FCOS'],
  [/^backbone\.bottom_up\.(patch_embed|blocks|net)/, 'a network with a transformer body'],
  [/^backbone\.body\./, 'a torchvision checkpoint (its names differ; export it to ONNX)'],
  [
    /^backbone\.(layer1|conv1)\.|^(rpn_head|roi_head)\./,
    'an MMDetection checkpoint (its names differ; export it to ONNX)',
  ],
  [/^model\.\d+\.|^module_list\.\d+/, 'a YOLO checkpoint (export it to ONNX)'],
  [/^transformer\./, 'a DETR'],
  [/^(fc|layer1\.0|features\.0)\./, 'a classifier'],
];

function shape(tensors: Tensors, name: string): readonly number[] {
  const tensor = tensors.get(name);
  if (tensor) return tensor.shape;
  throw new ImportError(
    `The checkpoint is not a Detectron2 Mask R-CNN or Faster R-CNN with a ResNet FPN body: it has no "${name}".`,
  );
}

/**
 * Determines the architecture from the tensors' names and shapes.
 * @throws ImportError naming the architecture it is instead, or the first tensor missed
 */
export function recogniseWeights(tensors: Tensors): WeightFacts {
  for (const [pattern, what] of others)
    if ([...tensors.keys()].some((k) => pattern.test(k)))
      throw new ImportError(
        `The checkpoint is ${what}; importable are Detectron2's Mask R-CNN and Faster R-CNN with a ResNet FPN body.`,
      );
  const body = 'backbone.bottom_up';
  const stem = shape(tensors, `${body}.stem.conv1.weight`);
  if (stem[1] !== 3)
    throw new ImportError(`The network takes images of ${stem[1]} channels; describe it with a JSON --config.`);
  const first = `${body}.res2.0`;
  const bottleneck = tensors.has(`${first}.conv3.weight`);
  const counts = [2, 3, 4, 5].map((stage) => {
    let n = 0;
    while (tensors.has(`${body}.res${stage}.${n}.conv1.weight`)) n++;
    return n;
  });
  const kind = `${bottleneck ? 'bottleneck' : 'basic'} ${counts.join(',')}`;
  const depth = bodies[kind];
  if (!depth)
    throw new ImportError(
      `The body has ${counts.join(', ')} ${bottleneck ? 'bottleneck' : 'basic'} blocks: that is not a ResNet-18, 34, 50, 101 or 152.`,
    );
  if (tensors.has(`${first}.conv2_offset.weight`))
    throw new ImportError('The body has deformable convolutions, which are not supported.');
  const conv2 = shape(tensors, `${first}.conv2.weight`);
  const numGroups = bottleneck ? conv2[0]! / conv2[1]! : 1;
  const out = shape(tensors, `${first}.${bottleneck ? 'conv3' : 'conv2'}.weight`)[0]!;
  if (!tensors.has('backbone.fpn_output3.norm.running_mean') && tensors.has('backbone.fpn_output3.norm.weight'))
    throw new ImportError('The feature pyramid is normalized by groups, which is not supported.');
  if (tensors.has(`${body}.stem.conv1.norm.weight`) && !tensors.has(`${body}.stem.conv1.norm.running_mean`))
    throw new ImportError('The body is normalized by groups (GN), which is not supported.');
  if (tensors.has('roi_heads.box_head.conv1.weight'))
    throw new ImportError('The box head has convolutions, which are not supported.');
  const fpnChannels = shape(tensors, 'backbone.fpn_output2.weight')[0]!;
  const fcDims: number[] = [];
  while (tensors.has(`roi_heads.box_head.fc${fcDims.length + 1}.weight`))
    fcDims.push(tensors.get(`roi_heads.box_head.fc${fcDims.length + 1}.weight`)!.shape[0]!);
  const classes = shape(tensors, 'roi_heads.box_predictor.cls_score.weight')[0]! - 1;
  const fc1 = shape(tensors, 'roi_heads.box_head.fc1.weight')[1]!;
  let maskConvDims: number[] | null = null;
  if (tensors.has('roi_heads.mask_head.predictor.weight')) {
    maskConvDims = [];
    while (tensors.has(`roi_heads.mask_head.mask_fcn${maskConvDims.length + 1}.weight`))
      maskConvDims.push(tensors.get(`roi_heads.mask_head.mask_fcn${maskConvDims.length + 1}.weight`)!.shape[0]!);
    shape(tensors, 'roi_heads.mask_head.deconv.weight');
  }
  return {
    depth,
    inputChannels: stem[1]!,
    stemOutChannels: stem[0]!,
    res2OutChannels: out,
    numGroups,
    widthPerGroup: conv2[0]! / numGroups,
    fpnChannels,
    anchorsPerCell: shape(tensors, 'proposal_generator.rpn_head.objectness_logits.weight')[0]!,
    classes,
    classAgnostic: classes > 1 && shape(tensors, 'roi_heads.box_predictor.bbox_pred.weight')[0] === 4,
    boxPoolerResolution: Math.round(Math.sqrt(fc1 / fpnChannels)),
    fcDims,
    maskConvDims,
  };
}
