import { describe, expect, it } from 'vitest';
import { recogniseOnnx } from '../../../server/src/engine/import/onnx/recogniseOnnx';

type Shape = (string | number)[];
const tensor = (name: string, shape: Shape, type = 'float32') => ({ name, type, shape });
const names = (n: number) => `{${Array.from({ length: n }, (_, i) => `${i}: 'class ${i}'`).join(', ')}}`;

function recognise(
  outputs: ReturnType<typeof tensor>[],
  metadata: Record<string, string> = {},
  image: Shape = [1, 3, 640, 640],
) {
  const graph = { inputs: [tensor('images', image)], outputs };
  return recogniseOnnx('id', graph, new Map(Object.entries(metadata))).description;
}
const boxes = tensor('boxes', ['n', 4]);
const scores = tensor('scores', ['n']);
const labels = tensor('labels', ['n'], 'int64');

describe('ONNX graphs that are detectors', () => {
  it.each([
    ['Ultralytics detection', [tensor('output0', [1, 6, 8400])], { task: 'detect', names: names(2) }, 'yolo'],
    ['Ultralytics segmentation', [tensor('output0', [1, 37, 8400]), tensor('output1', [1, 32, 160, 160])], { task: 'segment', names: names(1) }, 'yolo'],
    ['without metadata', [tensor('output0', [1, 5, 8400])], {}, 'yolo'],
    ['of a P2 model without metadata', [tensor('output0', [1, 5, 34000])], {}, 'yolo'],
    ['of any size without metadata', [tensor('output0', [1, 5, 'cells'])], {}, 'yolo'],
    ['end to end, by end2end', [tensor('output0', [1, 300, 6])], { task: 'detect', names: names(2), end2end: 'True' }, 'rows'],
    ['end to end, by args', [tensor('output0', [1, 300, 6])], { names: names(2), args: "{'batch': 1, 'nms': True}" }, 'rows'],
    ['YOLOv10', [tensor('output0', [1, 300, 6])], { names: names(2), description: 'Ultralytics YOLOv10n model' }, 'rows'],
    ['end to end, one class', [tensor('output0', [1, 300, 6])], { task: 'detect', names: names(1) }, 'rows'],
    ['end to end, five classes', [tensor('output0', [1, 300, 6])], { task: 'detect', names: names(5) }, 'rows'],
    ['MMDetection', [tensor('dets', [1, 'n', 5]), tensor('labels', [1, 'n'], 'int64')], {}, 'dets'],
    ['MMDetection with masks', [tensor('dets', [1, 'n', 5]), tensor('labels', [1, 'n'], 'int64'), tensor('masks', [1, 'n', 28, 28])], {}, 'dets'],
    ['torchvision', [boxes, labels, scores, tensor('masks', ['n', 1, 'h', 'w'])], {}, 'boxes'],
  ])('%s', (_, outputs, metadata, layout) => expect(recognise(outputs, metadata as Record<string, string>).layout).toBe(layout)); // prettier-ignore

  it('keeps the class names', () =>
    expect(recognise([tensor('output0', [1, 5, 8400])], { names: "{0: 'void'}" }).categories).toEqual(['void']));
});

describe('ONNX graphs of other tasks are refused', () => {
  it.each<[string, ReturnType<typeof tensor>[], Record<string, string>, string]>([
    ['rotated boxes', [tensor('output0', [1, 6, 8400])], { task: 'obb', names: names(1) }, 'state the task "obb"'],
    ['rotated boxes without a task', [tensor('output0', [1, 6, 8400])], { names: names(1) }, 'its 1 class names (metadata) need 5'],
    ['rotated boxes, end to end', [tensor('output0', [1, 300, 7])], { names: names(1) }, 'is not of a known kind'],
    ['pose', [tensor('output0', [1, 56, 8400])], { task: 'pose', names: names(1) }, '"pose"'],
    ['pose without a task', [tensor('output0', [1, 56, 8400])], { kpt_shape: '[17, 3]', names: names(1) }, 'kpt_shape'],
    ['classification', [tensor('output0', [1, 1000])], { task: 'classify' }, '"classify"'],
    ['semantic segmentation', [tensor('output0', [1, 19, 640, 640])], { task: 'semantic' }, '"semantic"'],
    ['semantic segmentation without a task', [tensor('output', [1, 19, 640, 640])], {}, 'is not of a known kind'],
    ['a map of classes beside boxes', [boxes, scores, labels, tensor('sem_seg', [19, 'h', 'w'])], {}, 'semantic segmentation'],
    ['YOLOv5 of one class', [tensor('output0', [1, 25200, 6])], { names: names(1) }, 'as YOLOv5 does with one class'],
    ['YOLOv5 of one class, small', [tensor('output0', [1, 252, 6])], { names: names(1) }, 'as YOLOv5 does with one class'],
    ['YOLOv5 without names', [tensor('output0', [1, 25200, 6])], {}, 'as YOLOv5 does with one class'],
    ['YOLOv5 of two classes', [tensor('output0', [1, 25200, 7])], { names: names(2) }, 'is not of a known kind'],
    ['RT-DETR of one class', [tensor('output0', [1, 300, 5])], { names: names(1) }, 'is not of a known kind'],
    ['RT-DETR of two classes', [tensor('output0', [1, 300, 6])], { task: 'detect', names: names(2) }, 'may be RT-DETR'],
    ['RT-DETR of many classes', [tensor('output0', [1, 300, 84])], { names: names(80) }, 'is not of a known kind'],
    ['DETR', [tensor('logits', [1, 100, 5]), tensor('pred_boxes', [1, 100, 4])], {}, 'is not of a known kind'],
    ['MMRotate', [tensor('dets', [1, 'n', 6]), tensor('labels', [1, 'n'], 'int64')], {}, 'is not of a known kind'],
    ['MMPose', [tensor('dets', [1, 'n', 5]), tensor('labels', [1, 'n'], 'int64'), tensor('keypoints', [1, 'n', 17, 3])], {}, 'keypoints'],
    ['keypoints without a name', [tensor('dets', [1, 'n', 5]), tensor('labels', [1, 'n'], 'int64'), tensor('x', [1, 'n', 17, 2])], {}, 'is not of a known kind'],
    ['keypoints of Detectron2', [boxes, labels, tensor('pred', ['n', 17, 3]), scores, tensor('size', [2], 'int64')], {}, 'is not of a known kind'],
    ['rotated boxes without metadata', [tensor('output0', [1, 6, 8400])], {}, 'scores of 2 classes, or an angle or keypoints'],
    ['pose without metadata', [tensor('output0', [1, 56, 8400])], {}, 'scores of 52 classes, or an angle or keypoints'],
    ['end to end without metadata', [tensor('output0', [1, 300, 6])], {}, 'RT-DETR’s box with two scores'],
    ['a map of depths', [tensor('depth', [1, 640, 640])], {}, 'scores of 636 classes, or'],
    ['a strip of numbers', [tensor('output', [1, 5, 640])], {}, '640 cells of 5 numbers, which are not those of a YOLO head'],
    ['half precision', [tensor('output0', [1, 5, 8400], 'float16')], {}, 'is not of a known kind'],
  ])('%s', (_, outputs, metadata, sentence) => {
    const image: Shape = outputs[0]!.shape[1] === 252 ? [1, 3, 64, 64] : [1, 3, 640, 640];
    expect(() => recognise(outputs, metadata, image)).toThrow(sentence);
  }); // prettier-ignore

  it('and so are batches', () =>
    expect(() => recognise([tensor('output0', [4, 5, 8400])], {}, [4, 3, 640, 640])).toThrow('takes 4 images at once'));
});
