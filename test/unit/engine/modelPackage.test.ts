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
