import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Candidates } from '../../../../server/src/core/detection/candidates';
import { plainEvidence } from '../../../../server/src/core/detection/candidates';
import type { Raster } from '../../../../server/src/core/image/raster';
import { createEngine, type LoadDetector } from '../../../../server/src/engine/engine';
import type { EngineOptions } from '../../../../server/src/engine/engine.types';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-records-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
const samples = fs.readdirSync('media/samples/images').filter((n) => n.endsWith('.png'));

/** Finds the same nine boxes in every image; counts its runs. */
function counting(): { runs: number; load: LoadDetector } {
  const counter = {
    runs: 0,
    load: (() =>
      Promise.resolve({
        id: 'fake',
        categories: ['cavity'],
        device: { name: 'cpu', notice: null },
        detect: (image: Raster) => {
          counter.runs++;
          return Promise.resolve(found(image));
        },
        dispose: () => Promise.resolve(),
      })) as LoadDetector,
  };
  return counter;
}

function found({ width, height }: Raster): Candidates {
  const n = 9;
  const scores = Float32Array.from({ length: n }, (_, i) => 0.99 - 0.09 * i);
  return {
    imageSize: { width, height },
    boxes: Float32Array.from({ length: 4 * n }, (_, k) => 40 * (1 + (k >> 2)) + (k % 4 > 1 ? 24 : 0)),
    scores,
    classIds: new Int32Array(n),
    evidence: plainEvidence(scores),
    scoreThreshold: 0.5,
  };
}

/** A folder with three images that changed some time ago. */
function images(name: string): string[] {
  const folder = path.join(root, name);
  fs.mkdirSync(folder);
  return samples.slice(0, 3).map((n) => {
    const file = path.join(folder, n);
    fs.copyFileSync(path.join('media/samples/images', n), file);
    fs.utimesSync(file, 1.6e9, 1.6e9);
    return file;
  });
}

const engineOf = (load: LoadDetector, options: EngineOptions) =>
  createEngine({ modelPath: path.resolve('models/cavity-compact'), ...options }, load);

describe('records of measured images', () => {
  it('give the same estimate again without the network', async () => {
    const [file] = images('again');
    const detector = counting();
    const engine = await engineOf(detector.load, { cacheDir: path.join(root, 'again-cache') });
    const first = await engine.estimateImage(file!);
    const second = await engine.estimateImage(file!);
    expect(detector.runs).toBe(1);
    expect([first.fromCache, second.fromCache]).toEqual([false, true]);
    const { timing: _t, fromCache: _f, ...rest } = first;
    const { timing: _t2, fromCache: _f2, ...again } = second;
    expect(again).toEqual(rest);
    await engine.dispose();
  });

  it('get new levels from other thresholds without opening a file', async () => {
    const files = images('level');
    const detector = counting();
    const cacheDir = path.join(root, 'level-cache');
    const before = await engineOf(detector.load, { cacheDir });
    const first = await Promise.all(files.map((f) => before.estimateImage(f)));
    await before.dispose();
    // Pixels that are gone cannot be decoded: size and modification time stay as they were.
    for (const f of files) {
      fs.writeFileSync(f, Buffer.alloc(fs.statSync(f).size));
      fs.utimesSync(f, 1.6e9, 1.6e9);
    }
    const after = await engineOf(detector.load, {
      cacheDir,
      scoreThreshold: 0.3,
      thresholds: { low: 0.99, review: 0.99 },
    });
    const second = await Promise.all(files.map((f) => after.estimateImage(f, { cachedOnly: true })));
    await after.dispose();
    expect(detector.runs).toBe(files.length);
    expect(second.map((e) => e.instances!.scores.length)).toEqual([8, 8, 8]);
    expect(second.map((e) => e.instances!.scores.length)).not.toEqual(first.map((e) => e.instances!.scores.length));
    expect(second.map((e) => e.imageKey)).toEqual(first.map((e) => e.imageKey));
  });

  it('are looked up by content where asked, and an image changed in place is measured anew', async () => {
    const [file] = images('verify');
    const detector = counting();
    const engine = await engineOf(detector.load, { cacheDir: path.join(root, 'verify-cache') });
    await engine.estimateImage(file!);
    const bytes = fs.readFileSync(path.join('media/samples/images', samples[1]!));
    fs.writeFileSync(file!, Buffer.concat([bytes, Buffer.alloc(Math.max(0, fs.statSync(file!).size - bytes.length))]));
    fs.truncateSync(file!, Math.max(bytes.length, fs.statSync(file!).size));
    fs.utimesSync(file!, 1.6e9, 1.6e9);
    const changed = await engine.estimateImage(file!, { priority: 'batch', verify: true });
    expect(changed.fromCache).toBe(false);
    expect(detector.runs).toBe(2);
    await engine.dispose();
  });

  it('keep answering while the cache folder cannot be written', async () => {
    const [file] = images('full');
    const detector = counting();
    const blocked = path.join(root, 'blocked');
    fs.writeFileSync(blocked, 'a file where the folder should be');
    const warnings: string[] = [];
    const engine = await engineOf(detector.load, { cacheDir: blocked, log: (_, message) => warnings.push(message) });
    expect((await engine.estimateImage(file!)).outcome).not.toBe('failed');
    expect(warnings.join()).toContain('could not be cached');
    await engine.dispose();
  });
});
