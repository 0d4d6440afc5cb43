import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import type { Candidates } from '../../../../server/src/core/detection/candidates';
import type { Raster } from '../../../../server/src/core/image/raster';
import type { Detector } from '../../../../server/src/engine/detector/detector';
import { createIsolatedDetector } from '../../../../server/src/engine/detector/worker/isolatedDetector';
import { NetworkProcess } from '../../../../server/src/engine/detector/worker/networkProcess';
import type { ModelPackage } from '../../../../server/src/engine/models/modelPackage';
import { runs } from '../../../support/processes';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-network-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A process in place of the network; the first pixel of an image decides what it does. */
const script = path.join(folder, 'network.js');
fs.writeFileSync(
  script,
  `const fs = require('node:fs');
   const wait = (file) => { while (!fs.existsSync(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); };
   const found = (image, n) => ({
     imageSize: { width: image.width, height: image.height }, boxes: new Float32Array(4 * n), scores: new Float32Array(n).fill(0.75),
     classIds: new Int32Array(n), evidence: new Float32Array(5 * n), scoreThreshold: 0.5,
   });
   process.on('message', (m) => {
     if (m.type === 'load') return process.send({ type: 'loaded', device: { name: 'cpu', notice: null } });
     if (m.type === 'end') process.exit(0);
     if (m.type !== 'detect') return;
     const { id, image } = m;
     const mode = image.data[0];
     const crashed = ${JSON.stringify(path.join(folder, 'crashed'))};
     if (mode === 1 && !fs.existsSync(crashed)) { fs.writeFileSync(crashed, ''); console.error('segmentation fault'); setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 20); return; }
     if (mode === 2) return process.exit(7);
     if (mode === 3) { process.send({ type: 'stage', id, pixels: 1 }); return setImmediate(() => { for (;;); }); }
     if (mode === 4) wait(${JSON.stringify(path.join(folder, 'answered'))});
     if (mode === 5) process.send({ type: 'candidates', id, candidates: found(image, 3), features: new Float32Array(9).fill(0.25) });
     process.send({ type: 'detected', id, candidates: found(image, image.data.length % 7) });
   });`,
);
const model = {
  dir: folder,
  id: 'fake@1',
  forest: null,
  manifest: {
    detector: { architecture: 'onnx', categories: ['cavity'] },
    files: { graph: { file: 'graph.onnx', bytes: 1 } },
  },
} as unknown as ModelPackage;

const image = (mode: number, side = 3): Raster => ({
  width: side,
  height: side,
  channels: 1,
  bitDepth: 8,
  data: new Uint8Array(side * side).fill(mode),
});

async function withDetector(
  work: (detector: Detector, log: string[], pids: number[]) => Promise<void>,
  stageMs = 60_000,
) {
  const log: string[] = [];
  const pids: number[] = [];
  const detector = await createIsolatedDetector(model, 'cpu', {
    deadlines: { stageMs, graceMs: 300 },
    log: (message) => log.push(message),
    start: (write) => {
      const network = new NetworkProcess(write, script);
      pids.push(network.pid!);
      return network;
    },
  });
  try {
    await work(detector, log, pids);
  } finally {
    await detector.dispose();
  }
}

it('answers requests in their order, with typed arrays as they were', () =>
  withDetector(async (detector) => {
    const results = await Promise.all([detector.detect(image(0, 3)), detector.detect(image(0, 4))]);
    expect(results.map((c) => c.scores)).toEqual([new Float32Array(2).fill(0.75), new Float32Array(2).fill(0.75)]);
    expect(results[1]!.imageSize).toEqual({ width: 4, height: 4 });
    expect(results[0]!.boxes).toBeInstanceOf(Float32Array);
  }));

it('passes on the candidates and their features before the result', () =>
  withDetector(async (detector) => {
    const events: string[] = [];
    const onCandidates = (c: Candidates, features: Float32Array) => {
      expect([c.scores.length, features]).toEqual([3, new Float32Array(9).fill(0.25)]);
      events.push('candidates');
    };
    await detector.detect(image(5), { onCandidates }).then(() => events.push('result'));
    expect(events).toEqual(['candidates', 'result']);
  }));

it('fails with the error of a listener and then detects other images', () =>
  withDetector(async (detector) => {
    const onCandidates = () => {
      throw new Error('The candidates could not be assessed.');
    };
    await expect(detector.detect(image(5), { onCandidates })).rejects.toThrow('could not be assessed');
    expect((await detector.detect(image(0))).scores).toHaveLength(2);
  }));

it('restarts the network after a crash and tries the image once more', () =>
  withDetector(async (detector, log, pids) => {
    const found = await detector.detect(image(1));
    expect(found.scores).toHaveLength(2);
    expect(pids).toHaveLength(2);
    expect(log.join('\n')).toMatch(/Network process: segmentation fault[^]*SIGSEGV[^]*started again/);
  }));

it('reports a crash that happens again, and then detects other images', () =>
  withDetector(async (detector, _, pids) => {
    await expect(detector.detect(image(2))).rejects.toThrow("The network's process ended with code 7.");
    expect(pids).toHaveLength(2);
    expect((await detector.detect(image(0))).scores).toHaveLength(2);
  }));

it('stops a network that never answers at its deadline, and then detects other images', () =>
  withDetector(async (detector, _, pids) => {
    await expect(detector.detect(image(3))).rejects.toThrow('did not finish within');
    expect((await detector.detect(image(0))).scores).toHaveLength(2);
    expect(runs(pids[0]!)).toBe(false);
  }, 1500));

it('does not start a network again after three failures', () =>
  withDetector(async (detector, _, pids) => {
    for (let i = 0; i < 3; i++) await expect(detector.detect(image(2))).rejects.toThrow('code 7');
    const started = pids.length;
    await expect(detector.detect(image(0))).rejects.toThrow('not tried again');
    expect(pids).toHaveLength(started);
  }));

it('cancels at once, kills the network that does not stop by itself, and then detects other images', () =>
  withDetector(async (detector, _, pids) => {
    const controller = new AbortController();
    const endless = detector.detect(image(3), { signal: controller.signal });
    const next = detector.detect(image(0));
    setTimeout(() => controller.abort(), 50);
    await expect(endless).rejects.toMatchObject({ name: 'AbortError' });
    expect(runs(pids[0]!)).toBe(true);
    expect((await next).scores).toHaveLength(2);
    expect(runs(pids[0]!)).toBe(false);
  }));

it('leaves the calling process free: the detection ends only after a request was answered meanwhile', () =>
  withDetector(async (detector) => {
    let done = false;
    const slow = detector.detect(image(4)).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    // The answer to the request, which the network waits for.
    fs.writeFileSync(path.join(folder, 'answered'), '');
    await slow;
  }));

it('refuses detections after dispose', () =>
  withDetector(async (detector) => {
    await detector.dispose();
    await expect(detector.detect(image(0))).rejects.toThrow('shut down');
  }));

it('keeps the calling process running until a slow network has ended', () => {
  const slow = path.join(folder, 'slow.js');
  fs.writeFileSync(slow, `process.on('message', () => undefined);`);
  const caller = path.join(folder, 'caller.js');
  buildSync({
    stdin: {
      contents: `import { NetworkProcess } from './server/src/engine/detector/worker/networkProcess';
        void new NetworkProcess(undefined, ${JSON.stringify(slow)}).end(200).then(() => console.log('ended'));`,
      resolveDir: path.resolve('.'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    tsconfigRaw: '{}',
    logLevel: 'silent',
    outfile: caller,
  });
  expect(execFileSync(process.execPath, [caller], { encoding: 'utf8' })).toBe('ended\n');
});

it.each([
  ["throw new Error('libfoo.so: file too short')", 'Error: libfoo.so: file too short'],
  ["process.kill(process.pid, 'SIGILL'); setInterval(() => 0, 1000)", 'its process was ended by SIGILL'],
  ['', 'its process ended with code 0'],
])('says in one sentence that the inference library cannot be loaded, without a stack trace: %s', async (text, why) => {
  const broken = path.join(folder, 'broken.js');
  fs.writeFileSync(broken, text);
  const log: string[] = [];
  const starting = createIsolatedDetector(model, 'cpu', {
    log: (message) => log.push(message),
    start: (write) => new NetworkProcess(write, broken),
  });
  await expect(starting).rejects.toThrow(
    `The inference library cannot be loaded (${why}): install the package for ${process.platform}-${process.arch} again.`,
  );
  expect(log).toEqual([]);
});
