import path from 'node:path';
import fs from 'node:fs';
import os from 'node:os';
import { expect, it } from 'vitest';
import { noCandidates } from '../../../server/src/core/detection/candidates';
import type { Detector } from '../../../server/src/engine/detector/detector';
import { createEngine } from '../../../server/src/engine/engine';

const images = fs.readdirSync('media/samples/images').map((name) => path.resolve('media/samples/images', name));
const options = { modelPath: path.resolve('models/cavity-compact') };

/** A detector whose answers the test gives. */
function fake(detect: Detector['detect']): () => Promise<Detector> {
  return () =>
    Promise.resolve({
      id: 'fake',
      categories: ['cavity'],
      device: { name: 'cpu', notice: null },
      detect,
      dispose: () => Promise.resolve(),
    });
}

it('cancels running estimates when it is disposed, which is not an outcome of the image', async () => {
  const engine = await createEngine(
    options,
    fake(
      (_, o) =>
        new Promise((_resolve, reject) =>
          o!.signal!.addEventListener('abort', () => reject(o!.signal!.reason as Error)),
        ),
    ),
  );
  const flying = images.slice(0, 4).map((file) => engine.estimateImage(file));
  const settled = Promise.allSettled(flying);
  await engine.dispose();
  for (const result of await settled)
    expect(result).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
  await expect(engine.estimateImage(images[0]!)).rejects.toMatchObject({ name: 'AbortError' });
});

it('reports a failure of the detector as `failed`, a warning, and goes on with the next image', async () => {
  let calls = 0;
  const engine = await createEngine(
    options,
    fake((image) =>
      calls++ === 0
        ? Promise.reject(new Error('The network crashed.\nstack'))
        : Promise.resolve(noCandidates(image, 0.5)),
    ),
  );
  const failed = await engine.estimateImage(images[0]!);
  expect(failed).toMatchObject({ outcome: 'failed', reliability: 'unknown', f1: null });
  expect(failed.reason).toBe('The detector failed: The network crashed.');
  expect(failed.findings).toMatchObject([{ code: 'failed-estimate', severity: 'warning' }]);
  expect((await engine.estimateImage(images[1]!)).outcome).toBe('no-detections');
  await engine.dispose();
});

it('refuses a forest that predicts percentages', async () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-')), 'percent.json');
  const package_ = JSON.parse(fs.readFileSync('models/cavity-compact/forest.json', 'utf8')) as {
    forest: { trees: { value: number[] }[] };
  };
  for (const tree of package_.forest.trees) tree.value = tree.value.map((v) => 100 * v);
  fs.writeFileSync(file, JSON.stringify(package_));
  await expect(createEngine({ ...options, forestPath: file })).rejects.toThrow(
    /^The forest percent\.json predicts values from .*\(fractions, not percent\)\.$/,
  );
  fs.rmSync(path.dirname(file), { recursive: true });
});
