import { describe, expect, it } from 'vitest';
import { assumedConfig, describeDetectron2 } from '../../../server/src/engine/import/detectron2/detectron2Config';
import { parseConfig } from '../../../server/src/engine/import/detectron2/configFile';
import { recogniseWeights } from '../../../server/src/engine/import/detectron2/recognise';
import type { LazyTensor } from '../../../server/src/engine/import/torch/torchCheckpoint';

type Shapes = Record<string, number[]>;
const tensors = (shapes: Shapes) =>
  new Map<string, LazyTensor>(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, read: () => Promise.reject(new Error('unread')) }]),
  );

/** Names and shapes of an R-CNN as Detectron2 writes them, one number a block's width. */
function rcnn({ blocks = [3, 4, 23, 3], groups = 32, anchors = 3, classes = 2, masks = true } = {}): Shapes {
  const shapes: Shapes = { 'backbone.bottom_up.stem.conv1.weight': [64, 3, 7, 7] };
  blocks.forEach((count, stage) => {
    for (let b = 0; b < count; b++) {
      const name = `backbone.bottom_up.res${stage + 2}.${b}`;
      const width = groups * 8 * 2 ** stage;
      shapes[`${name}.conv1.weight`] = [width, 64, 1, 1];
      shapes[`${name}.conv2.weight`] = [width, width / groups, 3, 3];
      shapes[`${name}.conv3.weight`] = [256 * 2 ** stage, width, 1, 1];
    }
  });
  shapes['backbone.fpn_output2.weight'] = [256, 256, 3, 3];
  shapes['proposal_generator.rpn_head.objectness_logits.weight'] = [anchors, 256, 1, 1];
  shapes['roi_heads.box_head.fc1.weight'] = [1024, 256 * 49];
  shapes['roi_heads.box_head.fc2.weight'] = [1024, 1024];
  shapes['roi_heads.box_predictor.cls_score.weight'] = [classes + 1, 1024];
  shapes['roi_heads.box_predictor.bbox_pred.weight'] = [4, 1024];
  if (masks) {
    shapes['roi_heads.mask_head.mask_fcn1.weight'] = [256, 256, 3, 3];
    shapes['roi_heads.mask_head.deconv.weight'] = [256, 256, 2, 2];
    shapes['roi_heads.mask_head.predictor.weight'] = [classes, 256, 1, 1];
  }
  return shapes;
}

describe('recogniseWeights', () => {
  it('reads depth, groups, heads and classes from the shapes', () => {
    expect(recogniseWeights(tensors(rcnn()))).toMatchObject({
      depth: 101,
      numGroups: 32,
      widthPerGroup: 8,
      res2OutChannels: 256,
      anchorsPerCell: 3,
      classes: 2,
      classAgnostic: true,
      boxPoolerResolution: 7,
      fcDims: [1024, 1024],
      maskConvDims: [256],
    });
    expect(recogniseWeights(tensors(rcnn({ masks: false }))).maskConvDims).toBeNull();
  });

  it.each([
    ['a RetinaNet', { 'head.cls_subnet.0.weight': [1] }],
    ['a Cascade R-CNN', { 'roi_heads.box_head.0.fc1.weight': [1] }],
    ['a torchvision checkpoint', { 'backbone.body.conv1.weight': [1] }],
    ['a YOLO checkpoint', { 'model.0.conv.weight': [1] }],
    ['a classifier', { 'fc.weight': [1] }],
  ])('says that the checkpoint is %s', (what, shapes: Shapes) => {
    expect(() => recogniseWeights(tensors(shapes))).toThrow(what);
  });

  it('names odd bodies', () => {
    expect(() => recogniseWeights(tensors(rcnn({ blocks: [3, 4, 9, 3] })))).toThrow('3, 4, 9, 3 bottleneck blocks');
  });
});

describe('describeDetectron2', () => {
  const facts = recogniseWeights(tensors(rcnn({ anchors: 24, classes: 1 })));
  const sizes = 'MODEL: {ANCHOR_GENERATOR: {SIZES: [[4, 8, 16, 32, 64, 128, 256, 512]]}';

  it('uses the values of the file and Detectron2’s defaults for the rest', () => {
    const text = `_x: &id1 [1.0, 1.0, 1.0]\n${sizes}, MASK_ON: true, PIXEL_STD: *id1, RESNETS: {DEPTH: 101}, ROI_HEADS: {NUM_CLASSES: 1}}`;
    const d = describeDetectron2('x', parseConfig(text, 'config.yaml'), facts, false);
    expect(d).toMatchObject({
      architecture: 'mask-rcnn',
      input: { format: 'BGR', minSize: 800, maxSize: 1333, pixelStd: [1, 1, 1] },
      box: { scoreThreshold: 0.05, nmsThreshold: 0.5, detectionsPerImage: 100 },
      rpn: { preNmsTopk: 1000, postNmsTopk: 1000 },
    });
  });

  it('keeps all detections where the config has a negative number of them, as Detectron2 does', () => {
    const text = `${sizes}, RESNETS: {DEPTH: 101}, ROI_HEADS: {NUM_CLASSES: 1}}\nTEST: {DETECTIONS_PER_IMAGE: -1}`;
    const d = describeDetectron2('x', parseConfig(text, 'config.yaml'), facts, false);
    expect(d.box.detectionsPerImage).toBe(100_000);
  });

  it('assumes the published configuration without a file', () => {
    const { config, notice } = assumedConfig(facts);
    expect(notice).toContain('24 anchors');
    expect(describeDetectron2('x', config, facts, true).box).toMatchObject({
      scoreThreshold: 0.25,
      detectionsPerImage: 1000,
    });
    expect(() => assumedConfig({ ...facts, anchorsPerCell: 7 })).toThrow('7 anchors per cell');
  });

  it.each([
    [`${sizes}, RESNETS: {DEPTH: 50}, ROI_HEADS: {NUM_CLASSES: 1}}`, 'the config says depth 50, the weights 101'],
    [`${sizes}, RESNETS: {DEPTH: 101}}`, 'the config says classes 80, the weights 1'],
    [`${sizes}, META_ARCHITECTURE: RetinaNet}`, 'META_ARCHITECTURE is RetinaNet'],
    [`${sizes}, ROI_HEADS: {NAME: CascadeROIHeads}}`, 'ROI_HEADS.NAME is CascadeROIHeads'],
    ['MODEL: {RPN: {NMS_THRESH: high}}', 'anchors per cell'],
  ])('refuses %s', (text, sentence) => {
    expect(() => describeDetectron2('x', parseConfig(text, 'c.yaml'), facts, false)).toThrow(sentence);
  });

  it('refuses a file that is not a configuration', () => {
    expect(() => parseConfig('just text', 'c.yaml')).toThrow('no MODEL section');
    expect(() => parseConfig('a: [', 'c.yaml')).toThrow('is not YAML');
  });
});
