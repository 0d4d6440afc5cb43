import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readForest } from '../../../server/src/engine/models/forestPackage';
import { readModelPackage } from '../../../server/src/engine/models/modelPackage';

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n';
const fetchIt = 'This is a Git LFS pointer, not the file itself: fetch it with "git lfs pull".';
let dir: string;
const at = (name: string) => path.join(dir, name);
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-model-'));
  for (const name of ['model.json', 'backbone.onnx', 'box_head.onnx', 'mask_head.onnx', 'forest.json'])
    fs.copyFileSync(path.join('models/cavity-compact', name), at(name));
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

it('reads a complete model', async () => {
  expect(await readModelPackage(dir)).toMatchObject({ ok: true, model: { forest: at('forest.json') } });
});

it.each<[string, () => void, () => string]>([
  ['is absent', () => fs.rmSync(at('model.json')), () => `There is no readable model.json in ${dir}.`],
  ['is empty', () => fs.truncateSync(at('model.json')), () => `${at('model.json')} is empty, incomplete or not JSON.`],
  ['is a pointer', () => fs.writeFileSync(at('model.json'), pointer), () => `${at('model.json')}: ${fetchIt}`],
  [
    'is a folder',
    () => (fs.rmSync(at('model.json')), fs.mkdirSync(at('model.json'))),
    () => `${at('model.json')} is a folder, not a file.`,
  ],
])('says why the description of a model is not read: it %s', async (_, damage, reason) => {
  damage();
  expect(await readModelPackage(dir)).toEqual({ ok: false, reason: reason() });
});

it.each<[string, () => void, () => string]>([
  ['is absent', () => fs.rmSync(at('box_head.onnx')), () => `The model in ${dir} lacks box_head.onnx.`],
  ['is a pointer', () => fs.writeFileSync(at('box_head.onnx'), pointer), () => `${at('box_head.onnx')}: ${fetchIt}`],
  [
    'is incomplete',
    () => fs.truncateSync(at('box_head.onnx'), 1000),
    () => `box_head.onnx in ${dir} is not the file model.json describes (its size differs).`,
  ],
  [
    'has another byte',
    () => {
      const bytes = fs.readFileSync(at('box_head.onnx'));
      bytes[5000]! ^= 1;
      fs.writeFileSync(at('box_head.onnx'), bytes);
    },
    () => `box_head.onnx in ${dir} is not the file model.json describes (its hash differs).`,
  ],
])('says why a graph cannot be used: it %s', async (_, damage, reason) => {
  damage();
  expect(await readModelPackage(dir)).toEqual({ ok: false, reason: reason() });
});

it('says why a forest is not read', async () => {
  fs.writeFileSync(at('forest.json'), pointer);
  expect(await readForest(at('forest.json'))).toEqual({ ok: false, reason: `${at('forest.json')}: ${fetchIt}` });
  fs.writeFileSync(at('forest.json'), '{"schema": "tem-gau');
  expect(await readForest(at('forest.json'))).toMatchObject({
    reason: expect.stringMatching(/empty, incomplete or not JSON/) as string,
  });
});

type Json = Record<string, Record<string, unknown>>;
const edit = (name: string, change: (json: Json) => void) => {
  const json = JSON.parse(fs.readFileSync(at(name), 'utf8')) as Json;
  change(json);
  fs.writeFileSync(at(name), JSON.stringify(json));
};

// With such values, a detector finds nothing or fails on every image.
it.each<[string, object]>([
  ['anchors.strides.0', { anchors: { sizes: [[8]], aspectRatios: [[1]], offset: 0, strides: [0] } }],
  ['anchors.sizes.0', { anchors: { sizes: [[]], aspectRatios: [[1]], offset: 0, strides: [4] } }],
  ['anchors ', { anchors: { sizes: [[8], [16]], aspectRatios: [[1]], offset: 0, strides: [4, 8, 16] } }],
  ['rpn.postNmsTopk', { rpn: { preNmsTopk: 9, postNmsTopk: -5, nmsThreshold: 0.7, bboxRegWeights: [1, 1, 1, 1] } }],
  ['rpn.bboxRegWeights.3', { rpn: { preNmsTopk: 9, postNmsTopk: 5, nmsThreshold: 0.7, bboxRegWeights: [1, 1, 1, 0] } }],
  ['mask.poolerResolution', { mask: { poolerResolution: 2000, samplingRatio: 0, convDims: [] } }],
])('names the value of a description that no detector can have: %s', async (field, values) => {
  edit('model.json', (json) => Object.assign(json.detector!, values));
  expect(await readModelPackage(dir)).toMatchObject({
    reason: expect.stringContaining(`is not a model of this version: detector.${field}`) as string,
  });
});

it('refuses a forest whose training images have an F1 above one', async () => {
  edit('forest.json', (json) => ((json.quantile!.targets as { f1: number[] }).f1[0] = 1e308));
  expect(await readForest(at('forest.json'))).toMatchObject({
    ok: false,
    reason: expect.stringContaining('quantile.targets.f1.0') as string,
  });
});
