import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Estimate } from '../../../../server/src/engine/engine.types';
import { effortFor } from '../../../../server/src/engine/measure/effort';
import { foilOf } from '../../../../server/src/engine/measure/foil';
import { QuantityCollector } from '../../../../server/src/engine/measure/folderQuantities';
import { quantityThread } from '../../../../server/src/engine/measure/quantityThread';

const count = 120;
const collection = { folder: '/a', foil: foilOf({ thicknessNm: 80 }), effort: effortFor(count) };

/** Images of two folders with up to six detections; every ninth could not be read. */
const estimates = Array.from({ length: count }, (_, i): Estimate => {
  const n = i % 7;
  const read = i % 9 > 0;
  const imageSize = { width: 300, height: 200 };
  return {
    file: `/a/${i % 2 ? 'x' : 'y'}/${i}.png`,
    outcome: read ? 'estimated' : 'unreadable',
    reason: '',
    f1: read ? 0.8 : null,
    reliability: i % 3 ? 'reliable' : 'review',
    image: read ? { ...imageSize, bitDepth: 8, nmPerPixel: 0.5, nmPerPixelSource: 'sidecar' } : null,
    contentKey: String(i),
    performance: Array.from({ length: 20 }, (_, k) => [0.8 + k / 100, 0.7 + k / 100] as const),
    rejected: null,
    instances: read
      ? {
          imageSize,
          boxes: Float32Array.from(Array.from({ length: n }, (_, k) => [20 + 30 * k, 40, 40 + 31 * k, 58 + k]).flat()),
          scores: new Float32Array(n).fill(0.9),
          classIds: new Int32Array(n),
          probabilities: new Float32Array(n).fill(0.8),
        }
      : null,
  } as unknown as Estimate;
});

let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tg-'));
  bundle = path.join(folder, 'measure-worker.js');
  await build({
    entryPoints: ['server/src/engine/measure/worker/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    tsconfigRaw: '{}',
    logLevel: 'error',
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it('gives the numbers that a measurement in the same thread gives', async () => {
  const here = new QuantityCollector(collection);
  const thread = quantityThread(collection, count, bundle);
  for (const e of estimates) {
    here.add(e);
    await thread.add(e);
  }
  const [expected, result] = [here.result(), await thread.finish()];
  expect(result).toEqual(expected);
  expect(result.images.size).toBe(count);
  expect(result.groups).toHaveLength(2);
  expect(result.all.detections).toBeGreaterThan(200);
});

it('throws when the thread fails, instead of waiting for it', async () => {
  const broken = path.join(folder, 'broken.js');
  fs.writeFileSync(broken, "require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of luck') })"); // prettier-ignore
  const thread = quantityThread(collection, count, broken);
  const all = (async () => {
    for (const e of estimates) await thread.add(e);
    return thread.finish();
  })();
  await expect(all).rejects.toThrow('out of luck');
});

it('can be closed before the end', async () => {
  const thread = quantityThread(collection, count, bundle);
  await thread.add(estimates[1]!);
  await expect(thread.close()).resolves.toBeUndefined();
});
