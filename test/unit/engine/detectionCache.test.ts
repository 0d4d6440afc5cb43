import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { contentKey, createDetectionCache } from '../../../server/src/engine/cache/detectionCache';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
const cache = createDetectionCache(folder, 1e6);
const instances = {
  imageSize: { width: 64, height: 32 },
  boxes: Float32Array.of(1, 2, 3, 4.5),
  scores: Float32Array.of(0.75),
  classIds: Int32Array.of(0),
  evidence: Float32Array.of(0.5, 0.25, 1, 2, 0.5),
  scoreThreshold: 0.5,
  masks: [{ size: [32, 64] as [number, number], counts: 'abc' }],
};
const fileOf = (key: string) => path.join(folder, key.slice(0, 2), `${key}.json`);

it('gives back what it was given, under a key of content and detector', async () => {
  const key = contentKey('image', 'detector');
  expect(contentKey('image', 'other')).not.toBe(key);
  expect(await cache.get(key)).toBeNull();
  await cache.set(key, instances);
  expect(await cache.get(key)).toEqual(instances);
});

it.each([
  ['cut short', (text: string) => text.slice(0, 40)],
  ['with fewer scores than boxes', (text: string) => text.replace('"scores":[0.75]', '"scores":[]')],
])('misses an entry %s', async (_, damage) => {
  const key = contentKey(_, 'detector');
  await cache.set(key, instances);
  fs.writeFileSync(fileOf(key), damage(fs.readFileSync(fileOf(key), 'utf8')));
  expect(await cache.get(key)).toBeNull();
});

it('drops the oldest entries beyond its size', async () => {
  const small = createDetectionCache(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-')), 100);
  await small.set('aa1', instances);
  expect(await small.get('aa1')).toBeNull();
});
