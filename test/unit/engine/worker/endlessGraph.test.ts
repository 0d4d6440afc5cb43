import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIsolatedDetector } from '../../../../server/src/engine/detector/worker/isolatedDetector';
import type { ProcessLimits } from '../../../../server/src/engine/detector/worker/limits';
import { NetworkProcess } from '../../../../server/src/engine/detector/worker/networkProcess';
import { workerFile } from '../../../../server/src/engine/detector/worker/workerFile';
import { importOnnx } from '../../../../server/src/engine/import/onnx/importOnnx';
import { readModelPackage, type ModelPackage } from '../../../../server/src/engine/models/modelPackage';
import { runs } from '../../../support/processes';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-endless-'));
const image = { width: 64, height: 64, channels: 1, bitDepth: 8, data: new Uint8Array(4096).fill(90) } as const;
let model: ModelPackage;
let greedy: ModelPackage;

async function imported(name: string): Promise<ModelPackage> {
  const out = path.join(folder, name);
  await importOnnx({ graph: path.resolve(`test/oracle/endless/${name}.onnx`), out });
  const read = await readModelPackage(out);
  if (!read.ok) throw new Error(read.reason);
  return read.model;
}

beforeAll(async () => {
  [model, greedy] = [await imported('endless'), await imported('greedy')];
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A detector with these limits, and the processes that it started. */
async function limited(of: ModelPackage, limits: Partial<ProcessLimits>) {
  const started: NetworkProcess[] = [];
  const start = (log: (line: string) => void) => {
    const network = new NetworkProcess(log);
    started.push(network);
    return network;
  };
  return { detector: await createIsolatedDetector(of, 'cpu', { limits, start }), started };
}

describe('a graph that fills the memory', () => {
  it('is stopped at the limit, once, with a sentence', async () => {
    const { detector, started } = await limited(greedy, { bytes: 8e8 });
    await expect(detector.detect(image)).rejects.toThrow('The network used more than 0.8 GB of memory.');
    expect(started).toHaveLength(1);
    await detector.dispose();
  });
});

describe('a graph whose loop never ends', () => {
  it('is stopped at its limit of computing time, once, with a sentence', async () => {
    const { detector, started } = await limited(model, { stageMs: 1000 });
    await expect(detector.detect(image)).rejects.toThrow('did not finish within 1 s of computing time.');
    expect(started).toHaveLength(1);
    await detector.dispose();
  });

  it('is stopped at the deadline', async () => {
    let network: NetworkProcess;
    const detector = await createIsolatedDetector(model, 'cpu', {
      deadlines: { stageMs: 6000 },
      start: (log) => (network = new NetworkProcess(log)),
    });
    await expect(detector.detect(image)).rejects.toThrow('did not finish within 6 s');
    await expect.poll(() => runs(network.pid!)).toBe(false);
    await detector.dispose();
  });

  it('ends with the process that started it, killed in the middle of the run', async () => {
    // A parent of its own, which prints the network's process id when the graph runs.
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const child = require('node:child_process').fork(${JSON.stringify(workerFile())}, [],
           { serialization: 'advanced', stdio: ['pipe', 'ignore', 'inherit', 'ipc'] });
         const image = { width: 64, height: 64, channels: 1, bitDepth: 8, data: new Uint8Array(4096).fill(90) };
         child.on('message', (m) => {
           if (m.type === 'loaded') child.send({ type: 'detect', id: 1, image });
           if (m.type === 'stage') console.log(child.pid);
         });
         child.send({ type: 'load', model: ${JSON.stringify(model)}, device: 'cpu' });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString()))),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(runs(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => runs(pid), { timeout: 10_000 }).toBe(false);
  });
});
