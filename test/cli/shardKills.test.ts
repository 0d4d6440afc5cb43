import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../server/src/engine/engine';
import { toEstimateDto } from '../../server/src/engine/estimate/estimateDto';
import { jobEstimates } from '../../server/src/engine/job/jobEstimates';
import { planJob } from '../../server/src/engine/job/planJob';
import { bundleDriver } from '../support/bundleDriver';
import { fakeNetwork } from '../support/fakeNetwork';
import { writeSmallImages } from '../support/smallImages';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-shard-kills-'));
const driver = path.join(folder, 'shardDriver.js');
const model = path.resolve('models/cavity-compact');
const job = path.join(folder, 'job');
const kills = 100;
/** A loaded machine gets fewer kills instead of a longer test. */
const mostMs = 180_000;
const leastKills = 20;
const images = 300;

beforeAll(async () => {
  await writeSmallImages(path.join(folder, 'images'), images);
  await bundleDriver('test/support/shardDriver.ts', driver);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const written = () =>
  fs
    .readdirSync(path.join(job, 'segments'))
    .reduce((n, name) => n + fs.statSync(path.join(job, 'segments', name)).size, 0);

/** Runs the shard; kills it when it has written so many bytes more. @returns whether it ended by itself */
function run(bytes = Infinity): Promise<boolean> {
  const before = written();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [driver, model, job, '0'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_PATH: path.resolve('node_modules') },
    });
    const watch = setInterval(() => written() - before >= bytes && child.kill('SIGKILL'), 1);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve(code === 0);
    });
  });
}

it(
  'kills of a task at random bytes lose nothing and double nothing: the merged results are those of one audit',
  async () => {
    const engine = await createEngine({ modelPath: model, forestPath: '' }, fakeNetwork());
    const planned = await planJob(engine, path.join(folder, 'images'), job, {
      shards: 1,
      maxShards: null,
      engine: { modelPath: model, forestPath: '', device: 'cpu', scoreThreshold: null, fallbackNmPerPixel: null },
    });
    let state = 5;
    const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
    const began = performance.now();
    let done = 0;
    for (; done < kills && performance.now() - began < mostMs; done++) if (await run(random(9000))) break;
    expect(done).toBeGreaterThanOrEqual(leastKills);
    expect(await run()).toBe(true);
    const line = (e: Parameters<typeof toEstimateDto>[0]) =>
      JSON.stringify({ ...toEstimateDto(e, true), timing: null });
    const merged: string[] = [];
    for await (const image of jobEstimates(engine, job, planned)) {
      if (image.kind === 'missing') expect.fail(`${image.entry.index}: ${image.reason}`);
      merged.push(line(image.estimate));
    }
    const audited: string[] = [];
    const files = fs.readdirSync(path.join(folder, 'images')).sort();
    for await (const event of engine.auditDataset(files.map((f) => path.join(folder, 'images', f))))
      if (event.kind === 'image') audited.push(line(event.estimate));
    await engine.dispose();
    expect(merged).toEqual(audited);
  },
  mostMs + 120_000,
);
