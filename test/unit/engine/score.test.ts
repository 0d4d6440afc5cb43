import { describe, expect, it } from 'vitest';
import { parseCoco } from '../../../server/src/engine/labels/cocoFile';
import { parsePredictions } from '../../../server/src/engine/score/predictions';
import { scoreDataset } from '../../../server/src/engine/score/scoreDataset';
import { scoreLines } from '../../../server/src/cli/score';

const options = { iou: 0.1, mask: false, scoreThreshold: 0 };
const images = [
  { id: 1, file_name: 'a/one.png', width: 100, height: 100 },
  { id: 2, file_name: 'b/one.png', width: 100, height: 100 },
  { id: 3, file_name: 'empty.png', width: 100, height: 100 },
];
const truth = (annotations: object[], list = images) =>
  parseCoco(JSON.stringify({ images: list, annotations, categories: [{ id: 7, name: 'Void' }] }), 'truth.json');
const box = (image: number, bbox: number[], more = {}) => ({ id: 1, image_id: image, category_id: 7, bbox, ...more });
const two = [box(1, [0, 0, 10, 10]), box(1, [20, 0, 10, 10]), box(2, [0, 0, 10, 10])];
const score = (predictions: unknown, annotations = two, more = {}) =>
  scoreDataset(truth(annotations), parsePredictions(JSON.stringify(predictions), 'p.json'), { ...options, ...more });

describe('scores', () => {
  it('follow the definitions, image by image and pooled', () => {
    const s = score([
      box(1, [0, 0, 10, 10], { score: 0.9 }),
      box(1, [60, 60, 10, 10], { score: 0.8 }),
      box(2, [50, 50, 10, 10], { score: 0.7 }),
    ]);
    expect(s.images[0]).toMatchObject({ tp: 1, fp: 1, fn: 1, precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(s.images[1]).toMatchObject({ tp: 0, fp: 1, fn: 1, precision: 0, recall: 0, f1: 0, coco: { ap: 0, ar: 0 } });
    expect(s.images[2]).toMatchObject({ tp: 0, fp: 0, fn: 0, precision: 1, recall: 1, f1: 1, coco: { ap: null } });
    expect(s.pooled).toMatchObject({ tp: 1, fp: 2, fn: 2, f1: 1 / 3 });
    expect(s.meanF1).toBeCloseTo(0.5, 12);
    const lines = scoreLines(s) as { schema: string; file: string | null }[];
    expect(lines.map((l) => l.file)).toEqual(['a/one.png', 'b/one.png', 'empty.png', null]);
    expect(lines.every((l) => l.schema === 'tem-gauge/score@1')).toBe(true);
  });
  it('are 0 without predictions if there are true objects', () => {
    const s = score([]);
    expect(s.images.map((i) => [i.precision, i.recall, i.f1])).toEqual([[0, 0, 0], [0, 0, 0], [1, 1, 1]]); // prettier-ignore
    expect(s.pooled).toMatchObject({ tp: 0, fp: 0, fn: 3, precision: 0, f1: 0, coco: { ap: 0 } });
  });
  it('count a prediction in an empty image as false', () => {
    expect(score([box(3, [0, 0, 5, 5], { score: 1 })]).images[2]).toMatchObject({
      fp: 1,
      precision: 0,
      recall: 0,
      f1: 0,
    });
  });
  it('do not count a prediction inside a crowd region', () => {
    const crowd = [...two, box(3, [0, 0, 50, 50], { iscrowd: 1 })];
    expect(score([box(3, [5, 5, 5, 5], { score: 1 })], crowd).images[2]).toMatchObject({ fp: 0, f1: 1 });
  });
  it('count predictions of any score, also below 0, unless a threshold is asked', () => {
    const low = [box(1, [0, 0, 10, 10], { score: -3 })];
    expect(score(low, two, { scoreThreshold: null }).images[0]!.tp).toBe(1);
    expect(score(low, two, { scoreThreshold: -4 }).images[0]!.tp).toBe(1);
    expect(score(low, two, { scoreThreshold: 0 }).images[0]!.tp).toBe(0);
  });
  it('take a plain box of the truth as it is, where the segmentation beside it is another place, and say so', () => {
    const elsewhere = [box(1, [0, 0, 10, 10], { segmentation: [[50, 50, 60, 50, 60, 60]] }), ...two.slice(1)];
    const s = score([box(1, [0, 0, 10, 10], { score: 1 })], elsewhere);
    expect(s.images[0]).toMatchObject({ tp: 1, fn: 1 });
    expect(s.notes).toEqual([
      'truth.json: annotations[0].bbox and the segmentation beside it are different places; the box counts.',
    ]);
    expect(() => score([], [box(1, [0, 0, 0, 10])])).toThrow('annotations[0].bbox has no width or no height');
  });
  it('leave out annotations of images that the truth does not list, and say so', () => {
    const s = score([], [...two, box(8, [0, 0, 5, 5])]);
    expect(s.pooled.fn).toBe(3);
    expect(s.notes[0]).toContain('1 of 4 annotations of truth.json belong to no image of the file');
    expect(s.notes[0]).toContain('annotations[3].image_id 8');
  });
  it('depend on the overlap asked', () => {
    const near = [box(1, [0, 0, 10, 20], { score: 1 })];
    expect(score(near).images[0]!.tp).toBe(1);
    expect(score(near, two, { iou: 0.51 }).images[0]!.tp).toBe(0);
  });
  it('compare masks with --mask', () => {
    const square = (x: number, y: number, s: number) => [[x, y, x + s, y, x + s, y + s, x, y + s]];
    const annotations = [box(1, [0, 0, 40, 40], { segmentation: square(0, 0, 40) })];
    const predictions = [box(1, [0, 0, 40, 40], { score: 1, segmentation: square(0, 0, 10) })];
    expect(score(predictions, annotations, { mask: true, iou: 0.1 }).images[0]!.tp).toBe(0);
    expect(score(predictions, annotations, { mask: true, iou: 0.05 }).images[0]!.tp).toBe(1);
    expect(() => score([box(1, [0, 0, 4, 4], { score: 1 })], annotations, { mask: true })).toThrow(
      'which --mask needs',
    );
  });
});

describe('predictions', () => {
  const detection = { box: [0, 0, 10, 10], score: 0.9, category: 'cavity', segmentation: null };
  const line = (file: string, more = {}) => JSON.stringify({ schema: 'tem-gauge/estimate@1', file, outcome: 'estimated', detections: [detection], ...more }); // prettier-ignore
  const scoreText = (text: string) => scoreDataset(truth(two), parsePredictions(text, 'p.ndjson'), options);

  it('come from estimate --json, by the folders that names have in common', () => {
    const s = scoreText([line('/x/a/one.png'), line('/x/b/one.png', { detections: [] })].join('\n'));
    expect(s.images.map((i) => [i.file, i.tp, i.fn])).toEqual([['a/one.png', 1, 1], ['b/one.png', 0, 1]]); // prettier-ignore
    expect(s.images[0]!.coco.ap50).toBeCloseTo(51 / 101, 9);
    expect(s.notes).toEqual(['Not scored, since there are no predictions for them: empty.png.']);
  });
  it('of images that could not be read are not scored as missed', () => {
    const s = scoreText([line('/x/a/one.png'), line('/x/b/one.png', { outcome: 'unreadable', detections: [] })].join('\n')); // prettier-ignore
    expect(s.images).toHaveLength(1);
    expect(s.notes[0]).toContain('one.png (unreadable)');
  });
  it('of a detector without a forest are scored', () => {
    const s = scoreText(line('/x/a/one.png', { outcome: 'no-forest' }));
    expect(s.images.map((i) => i.tp)).toEqual([1]);
  });
  it('come from a COCO data set with scores, by file name', () => {
    const set = { images: [{ id: 'q', file_name: 'a\\one.png' }], annotations: [{ ...box(1, [0, 0, 10, 10]), image_id: 'q', score: 0.4 }] }; // prettier-ignore
    expect(scoreText(JSON.stringify(set)).images).toHaveLength(1);
  });
  it.each([
    ['{"a":1}', 'neither a COCO result list'],
    ['', 'neither a COCO result list'],
    [JSON.stringify([box(9, [0, 0, 1, 1], { score: 1 })]), 'image_id 9 is not in truth.json'],
    [JSON.stringify([box(1, [0, 0, 1, 1])]), 'p.ndjson: [0].score is not a number'],
    ['[{"image_id": 1, "bbox": [0, 0, 1, 1], "score": NaN}]', 'p.ndjson: [0].score is not a number'],
    [JSON.stringify([box(1, [0, 0, -1, 1], { score: 1 })]), 'has a negative width'],
    [JSON.stringify([box(1, [0, 0, 1], { score: 1 })]), 'bbox is not a list of four numbers'],
    [JSON.stringify([{ image_id: 1, score: 1 }]), 'neither bbox nor segmentation'],
    [`${line('one.png')}`, 'one.png fits 2 images'],
    [`${line('/a/one.png')}\n${line('/b/a/one.png')}`, 'two entries for a/one.png'],
    [line('other.png'), 'has no predictions for an image of truth.json'],
  ])('%s is refused in one sentence', (text, sentence) => expect(() => scoreText(text)).toThrow(sentence));
});
