import type { DetectorDescription } from '../../../core/detection/description';
import type { WeightFacts } from './recognise';
import { ImportError } from '../importError';
import { printable } from '../../../core/text/printable';
import type { ConfigNode } from './configFile';

/** Values of detectron2/config/defaults.py and configs/Base-RCNN-FPN.yaml that affect inference. */
const defaults = {
  'INPUT.FORMAT': 'BGR',
  'INPUT.MIN_SIZE_TEST': 800,
  'INPUT.MAX_SIZE_TEST': 1333,
  'MODEL.META_ARCHITECTURE': 'GeneralizedRCNN',
  'MODEL.PIXEL_MEAN': [103.53, 116.28, 123.675],
  'MODEL.PIXEL_STD': [1, 1, 1],
  'MODEL.MASK_ON': false,
  'MODEL.BACKBONE.NAME': 'build_resnet_fpn_backbone',
  'MODEL.RESNETS.DEPTH': 50,
  'MODEL.RESNETS.NORM': 'FrozenBN',
  'MODEL.RESNETS.NUM_GROUPS': 1,
  'MODEL.RESNETS.STRIDE_IN_1X1': true,
  'MODEL.RESNETS.RES5_DILATION': 1,
  'MODEL.FPN.FUSE_TYPE': 'sum',
  'MODEL.ANCHOR_GENERATOR.NAME': 'DefaultAnchorGenerator',
  'MODEL.ANCHOR_GENERATOR.SIZES': [[32], [64], [128], [256], [512]],
  'MODEL.ANCHOR_GENERATOR.ASPECT_RATIOS': [[0.5, 1, 2]],
  'MODEL.ANCHOR_GENERATOR.OFFSET': 0,
  'MODEL.PROPOSAL_GENERATOR.NAME': 'RPN',
  'MODEL.PROPOSAL_GENERATOR.MIN_SIZE': 0,
  'MODEL.RPN.IN_FEATURES': ['p2', 'p3', 'p4', 'p5', 'p6'],
  'MODEL.RPN.PRE_NMS_TOPK_TEST': 1000,
  'MODEL.RPN.POST_NMS_TOPK_TEST': 1000,
  'MODEL.RPN.NMS_THRESH': 0.7,
  'MODEL.RPN.BBOX_REG_WEIGHTS': [1, 1, 1, 1],
  'MODEL.RPN.CONV_DIMS': [-1],
  'MODEL.ROI_HEADS.NAME': 'StandardROIHeads',
  'MODEL.ROI_HEADS.IN_FEATURES': ['p2', 'p3', 'p4', 'p5'],
  'MODEL.ROI_HEADS.NUM_CLASSES': 80,
  'MODEL.ROI_HEADS.SCORE_THRESH_TEST': 0.05,
  'MODEL.ROI_HEADS.NMS_THRESH_TEST': 0.5,
  'MODEL.ROI_BOX_HEAD.NAME': 'FastRCNNConvFCHead',
  'MODEL.ROI_BOX_HEAD.POOLER_TYPE': 'ROIAlignV2',
  'MODEL.ROI_BOX_HEAD.POOLER_RESOLUTION': 7,
  'MODEL.ROI_BOX_HEAD.POOLER_SAMPLING_RATIO': 0,
  'MODEL.ROI_BOX_HEAD.BBOX_REG_WEIGHTS': [10, 10, 5, 5],
  'MODEL.ROI_BOX_HEAD.CLS_AGNOSTIC_BBOX_REG': false,
  'MODEL.ROI_BOX_HEAD.USE_SIGMOID_CE': false,
  'MODEL.ROI_MASK_HEAD.NAME': 'MaskRCNNConvUpsampleHead',
  'MODEL.ROI_MASK_HEAD.POOLER_TYPE': 'ROIAlignV2',
  'MODEL.ROI_MASK_HEAD.POOLER_RESOLUTION': 14,
  'MODEL.ROI_MASK_HEAD.POOLER_SAMPLING_RATIO': 0,
  'TEST.DETECTIONS_PER_IMAGE': 100,
} as const satisfies Record<string, unknown>;

type Key = keyof typeof defaults;

/** The reference configuration (paper: R50-FPN 3x with these changes). */
const paper: Partial<Record<Key, unknown>> = {
  'MODEL.MASK_ON': true,
  'MODEL.ANCHOR_GENERATOR.SIZES': [[4, 8, 16, 32, 64, 128, 256, 512]],
  'MODEL.ROI_HEADS.SCORE_THRESH_TEST': 0.25,
  'TEST.DETECTIONS_PER_IMAGE': 1000,
};

/** Required values of keys, with the text for others. */
const required: readonly (readonly [Key, readonly unknown[]])[] = [
  ['MODEL.META_ARCHITECTURE', ['GeneralizedRCNN']],
  ['MODEL.BACKBONE.NAME', ['build_resnet_fpn_backbone']],
  ['MODEL.RESNETS.NORM', ['FrozenBN', 'BN', 'SyncBN', 'nnSyncBN', 'naiveSyncBN']],
  ['MODEL.RESNETS.RES5_DILATION', [1]],
  ['MODEL.FPN.FUSE_TYPE', ['sum']],
  ['MODEL.ANCHOR_GENERATOR.NAME', ['DefaultAnchorGenerator']],
  ['MODEL.PROPOSAL_GENERATOR.NAME', ['RPN']],
  ['MODEL.PROPOSAL_GENERATOR.MIN_SIZE', [0]],
  ['MODEL.ROI_HEADS.NAME', ['StandardROIHeads']],
  ['MODEL.ROI_BOX_HEAD.NAME', ['FastRCNNConvFCHead']],
  ['MODEL.ROI_BOX_HEAD.POOLER_TYPE', ['ROIAlignV2']],
  ['MODEL.ROI_BOX_HEAD.USE_SIGMOID_CE', [false]],
  ['MODEL.ROI_MASK_HEAD.NAME', ['MaskRCNNConvUpsampleHead']],
  ['MODEL.ROI_MASK_HEAD.POOLER_TYPE', ['ROIAlignV2']],
  ['INPUT.FORMAT', ['BGR', 'RGB']],
];

/** The configuration assumed without a file, and why. @throws ImportError when the anchors fit neither. */
export function assumedConfig(w: WeightFacts): { config: ConfigNode; notice: string } {
  if (w.anchorsPerCell === 24)
    return {
      config: {},
      notice:
        'Without --config the published configuration is assumed: 24 anchors per cell (4–512), shortest edge 800, BGR, score threshold 0.25.',
    };
  if (w.anchorsPerCell === 3)
    return {
      config: { MODEL: { ANCHOR_GENERATOR: { SIZES: defaults['MODEL.ANCHOR_GENERATOR.SIZES'] } } },
      notice:
        'Without --config Detectron2’s default anchors (32–512, one size per level) are assumed, and the published configuration for the rest: shortest edge 800, BGR, score threshold 0.25.',
    };
  throw new ImportError(
    `The network has ${w.anchorsPerCell} anchors per cell, neither the published 24 nor Detectron2's 3: give its config.yaml with --config.`,
  );
}

/**
 * Combines configuration and weights to a description; values that both contain must agree.
 * @param usePaper fill gaps with the published configuration instead of Detectron2's defaults
 */
export function describeDetectron2(
  id: string,
  config: ConfigNode,
  w: WeightFacts,
  usePaper: boolean,
): DetectorDescription {
  const get = (key: Key): unknown => {
    let node: unknown = config;
    for (const part of key.split('.'))
      node = typeof node === 'object' && node !== null ? (node as ConfigNode)[part] : undefined;
    return node ?? (usePaper ? paper[key] : undefined) ?? defaults[key];
  };
  const number = (key: Key): number => {
    const value = get(key);
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new ImportError(`The config's ${key} is not a number: ${printable(String(value)).slice(0, 80)}.`);
    return value;
  };
  const boolean = (key: Key): boolean => {
    const value = get(key);
    if (typeof value !== 'boolean')
      throw new ImportError(`The config's ${key} is neither true nor false: ${printable(String(value)).slice(0, 80)}.`);
    return value;
  };
  const list = (key: Key): number[] => {
    const value = get(key);
    if (!Array.isArray(value) || !value.every((v) => typeof v === 'number'))
      throw new ImportError(`The config's ${key} is not a list of numbers.`);
    return value as number[];
  };
  const lists = (key: Key): number[][] => {
    const value = get(key);
    const ok = Array.isArray(value) && value.length > 0;
    if (ok && value.every((v) => typeof v === 'number')) return [value as number[]];
    if (!ok || !value.every((v) => Array.isArray(v) && v.every((n) => typeof n === 'number')))
      throw new ImportError(`The config's ${key} is not a list of lists of numbers.`);
    return value as number[][];
  };
  for (const [key, allowed] of required)
    if (!allowed.includes(get(key)) && !(key.includes('MASK') && !w.maskConvDims))
      throw new ImportError(`The config's ${key} is ${String(get(key))}; supported: ${allowed.join(', ')}.`);
  const same = (what: string, ofConfig: unknown, ofWeights: unknown) => {
    if (String(ofConfig) !== String(ofWeights))
      throw new ImportError(
        `Config and checkpoint do not belong together: the config says ${what} ${String(ofConfig)}, the weights ${String(ofWeights)}.`,
      );
  };
  same('RPN levels', get('MODEL.RPN.IN_FEATURES'), 'p2,p3,p4,p5,p6');
  same('ROI levels', get('MODEL.ROI_HEADS.IN_FEATURES'), 'p2,p3,p4,p5');
  const sizes = lists('MODEL.ANCHOR_GENERATOR.SIZES');
  const aspectRatios = lists('MODEL.ANCHOR_GENERATOR.ASPECT_RATIOS');
  if (![1, 5].includes(sizes.length) || ![1, 5].includes(aspectRatios.length))
    throw new ImportError('The config has anchors for another number of levels than five.');
  same('anchors per cell', sizes[0]!.length * aspectRatios[0]!.length, w.anchorsPerCell);
  if (!usePaper) {
    same('depth', number('MODEL.RESNETS.DEPTH'), w.depth);
    same('classes', number('MODEL.ROI_HEADS.NUM_CLASSES'), w.classes);
    same('box pooler resolution', number('MODEL.ROI_BOX_HEAD.POOLER_RESOLUTION'), w.boxPoolerResolution);
  }
  const resnext = w.numGroups > 1;
  const masked = w.maskConvDims !== null && (usePaper || boolean('MODEL.MASK_ON'));
  return {
    id,
    name: `${masked ? 'Mask' : 'Faster'} R-CNN, ${resnext ? 'ResNeXt' : 'ResNet'}-${w.depth} FPN`,
    architecture: masked ? 'mask-rcnn' : 'faster-rcnn',
    categories: w.classes === 1 ? ['cavity'] : Array.from({ length: w.classes }, (_, i) => `class ${i}`),
    input: {
      format: get('INPUT.FORMAT') as 'BGR' | 'RGB',
      channels: 3,
      minSize: number('INPUT.MIN_SIZE_TEST'),
      maxSize: number('INPUT.MAX_SIZE_TEST'),
      sizeDivisibility: 32,
      pixelMean: list('MODEL.PIXEL_MEAN'),
      pixelStd: list('MODEL.PIXEL_STD'),
    },
    resnet: {
      depth: w.depth,
      stemOutChannels: w.stemOutChannels,
      res2OutChannels: w.res2OutChannels,
      numGroups: w.numGroups,
      widthPerGroup: w.widthPerGroup,
      strideIn1x1: boolean('MODEL.RESNETS.STRIDE_IN_1X1') && !(usePaper && resnext),
    },
    fpn: { outChannels: w.fpnChannels },
    anchors: { sizes, aspectRatios, offset: number('MODEL.ANCHOR_GENERATOR.OFFSET'), strides: [4, 8, 16, 32, 64] },
    rpn: {
      preNmsTopk: number('MODEL.RPN.PRE_NMS_TOPK_TEST'),
      postNmsTopk: number('MODEL.RPN.POST_NMS_TOPK_TEST'),
      nmsThreshold: number('MODEL.RPN.NMS_THRESH'),
      bboxRegWeights: list('MODEL.RPN.BBOX_REG_WEIGHTS'),
    },
    box: {
      poolerResolution: w.boxPoolerResolution,
      samplingRatio: number('MODEL.ROI_BOX_HEAD.POOLER_SAMPLING_RATIO'),
      canonicalBoxSize: 224,
      canonicalLevel: 4,
      fcDims: [...w.fcDims],
      bboxRegWeights: list('MODEL.ROI_BOX_HEAD.BBOX_REG_WEIGHTS'),
      scoreThreshold: number('MODEL.ROI_HEADS.SCORE_THRESH_TEST'),
      nmsThreshold: number('MODEL.ROI_HEADS.NMS_THRESH_TEST'),
      detectionsPerImage: allIfNegative(number('TEST.DETECTIONS_PER_IMAGE')),
      classAgnostic: w.classAgnostic,
    },
    mask: masked
      ? {
          poolerResolution: number('MODEL.ROI_MASK_HEAD.POOLER_RESOLUTION'),
          samplingRatio: number('MODEL.ROI_MASK_HEAD.POOLER_SAMPLING_RATIO'),
          convDims: [...w.maskConvDims!],
        }
      : null,
  };
}

/** Detectron2 keeps all detections where their largest number is negative (`fast_rcnn_inference`). */
const allIfNegative = (detections: number): number => (detections < 0 ? 100_000 : detections);
