import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type LoadDetector } from '../../../../server/src/engine/engine';
import type { Engine } from '../../../../server/src/engine/engine.types';
import { toEstimateDto } from '../../../../server/src/engine/estimate/estimateDto';
import { csvHeader, csvRow } from '../../../../server/src/engine/job/exportRows';
import type { Row } from '../../../../server/src/engine/job/frames';
import { readJob, type Job } from '../../../../server/src/engine/job/job';
import { arrayRanges, jobStatus } from '../../../../server/src/engine/job/jobStatus';
import { mergeJob } from '../../../../server/src/engine/job/mergeJob';
import { planJob, shardsFor } from '../../../../server/src/engine/job/planJob';
import { runShard } from '../../../../server/src/engine/job/runShard';
import { fakeNetwork } from '../../../support/fakeNetwork';
import { writeSmallImages } from '../../../support/smallImages';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-job-'));
const images = path.join(root, 'images');
const count = 23;
let files: string[];
const engines: Engine[] = [];

const engineOf = async (load: LoadDetector = fakeNetwork()): Promise<Engine> => {
  const engine = await createEngine({ modelPath: path.resolve('models/cavity-compact') }, load);
  engines.push(engine);
  return engine;
};

const settings: Job['engine'] = {
  modelPath: null,
  forestPath: null,
  device: 'cpu',
  scoreThreshold: null,
  fallbackNmPerPixel: null,
};
let jobs = 0;
async function plan(engine: Engine, shards = 4): Promise<{ dir: string; job: Job }> {
  const dir = path.join(root, `job-${jobs++}`);
  const job = await planJob(engine, images, dir, { shards, maxShards: null, engine: settings });
  return { dir, job };
}

beforeAll(async () => {
  files = await writeSmallImages(images, count);
  fs.writeFileSync(path.join(images, 'image-9999.png'), 'not an image');
  files.push(path.join(images, 'image-9999.png'));
});
afterAll(async () => {
  await Promise.all(engines.map((e) => e.dispose()));
  fs.rmSync(root, { recursive: true, force: true });
});

/** The lines of a merge, without the time that each image took. */
async function merged(engine: Engine, dir: string, job: Job): Promise<{ lines: string[]; missing: string[] }> {
  const lines: string[] = [];
  const missing: string[] = [];
  for await (const image of mergeJob(dir, job)) {
    if (image.kind === 'missing') {
      missing.push(image.entry.path);
      continue;
    }
    const { row, record } = image;
    const refused = { kind: row.outcome as 'unreadable', reason: row.reason };
    lines.push(line(engine.assess(path.join(job.root, row.path), record ?? refused, row)));
  }
  return { lines, missing };
}

const line = (e: Parameters<typeof toEstimateDto>[0]) =>
  JSON.stringify({ ...toEstimateDto(e, true, true), timing: null });

async function audited(engine: Engine): Promise<string[]> {
  const lines: string[] = [];
  for await (const event of engine.auditDataset(files)) if (event.kind === 'image') lines.push(line(event.estimate));
  return lines;
}

describe('an audit in shards', () => {
  it('contains every image once, and merged gives the lines of an audit in one process', async () => {
    const engine = await engineOf();
    const { dir } = await plan(engine);
    const job = await readJob(dir);
    expect(job.shards.map((s) => s.count).reduce((a, b) => a + b)).toBe(count + 1);
    for (let shard = 0; shard < 4; shard++)
      expect(await runShard(engine, dir, job, shard)).toMatchObject({ ending: 'complete' });
    expect(await jobStatus(dir, job)).toMatchObject({ done: count + 1, byState: { done: 4 }, again: '' });
    expect(await merged(engine, dir, job)).toEqual({ lines: await audited(engine), missing: [] });
    // Nothing per image.
    expect(fs.readdirSync(path.join(dir, 'segments'))).toHaveLength(4);
  });

  it('names what is missing, and continues a shard that was stopped', async () => {
    const stop = new AbortController();
    let runs = 0;
    const engine = await engineOf(fakeNetwork(() => void (++runs === 3 && stop.abort())));
    const { dir, job } = await plan(engine, 2);
    const first = await runShard(engine, dir, job, 0, { stop: stop.signal });
    expect(first).toMatchObject({ ending: 'stopped' });
    expect(first.done).toBeGreaterThanOrEqual(3);
    expect(first.done).toBeLessThan(12);
    const status = await jobStatus(dir, job);
    expect(status).toMatchObject({ done: first.done, byState: { waiting: 2 }, again: '0-1' });
    const { missing } = await merged(engine, dir, job);
    expect(missing).toHaveLength(count + 1 - first.done);
    const before = runs;
    const second = await runShard(engine, dir, job, 0);
    expect(second).toMatchObject({ ending: 'complete', estimated: 12 - first.done });
    expect(runs - before).toBe(12 - first.done);
  });

  it('loses only the image in work when it is killed at any byte, and doubles nothing', async () => {
    const engine = await engineOf();
    const { dir, job } = await plan(engine, 1);
    await runShard(engine, dir, job, 0);
    const expected = await merged(engine, dir, job);
    const segment = path.join(dir, 'segments', 'shard-00000.a0001.segment');
    const bytes = fs.readFileSync(segment);
    let state = 1;
    for (let kill = 0; kill < 100; kill++) {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      const length = state % bytes.length;
      for (const name of fs.readdirSync(path.dirname(segment))) fs.rmSync(path.join(path.dirname(segment), name));
      fs.writeFileSync(segment, bytes.subarray(0, length));
      const { done } = await jobStatus(dir, job);
      const again = await runShard(engine, dir, job, 0);
      expect(again.estimated).toBe(count + 1 - done);
      // All but the frame that was cut are used.
      expect(done).toBeGreaterThanOrEqual(Math.floor((length / bytes.length) * (count + 1)) - 2);
      const status = await jobStatus(dir, job);
      expect([status.done, status.again]).toEqual([count + 1, '']);
      // The whole comparison costs more than the kill.
      if (kill % 5 === 0) expect(await merged(engine, dir, job)).toEqual(expected);
    }
  }, 240_000);

  it('estimates again what is damaged, and keeps the rest', async () => {
    const engine = await engineOf();
    const { dir, job } = await plan(engine, 1);
    await runShard(engine, dir, job, 0);
    const expected = await merged(engine, dir, job);
    const segment = path.join(dir, 'segments', 'shard-00000.a0001.segment');
    const bytes = fs.readFileSync(segment);
    // In the middle of some image's payload or header; the ending is damaged too, so that the shard is looked at.
    bytes[bytes.length >> 1]! ^= 16;
    bytes[bytes.length - 10]! ^= 1;
    fs.writeFileSync(segment, bytes);
    expect((await merged(engine, dir, job)).missing).toHaveLength(1);
    expect(await runShard(engine, dir, job, 0)).toMatchObject({ ending: 'complete', estimated: 1 });
    expect(await merged(engine, dir, job)).toEqual(expected);
  });

  it('gives a shard up when the engine fails on five images in a row, and does them again the next time', async () => {
    let broken = true;
    const engine = await engineOf(
      fakeNetwork(() => {
        if (broken) throw new Error('out of memory');
      }),
    );
    const { dir, job } = await plan(engine, 1);
    expect(await runShard(engine, dir, job, 0)).toMatchObject({
      ending: 'failed',
      done: 0,
      reason: 'The detector failed: out of memory',
    });
    expect(await jobStatus(dir, job)).toMatchObject({ byState: { failed: 1 }, again: '0' });
    broken = false;
    expect(await runShard(engine, dir, job, 0)).toMatchObject({ ending: 'complete', done: count + 1 });
  });

  it('counts a shard without a sign of life as lost, one that the scheduler knows as running', async () => {
    const engine = await engineOf();
    const { dir, job } = await plan(engine, 2);
    await runShard(engine, dir, job, 0);
    const segment = path.join(dir, 'segments', 'shard-00000.a0001.segment');
    fs.truncateSync(segment, fs.statSync(segment).size - 700);
    const later = Date.now() + 3600_000;
    expect((await jobStatus(dir, job, null, Date.now())).shards[0]!.state).toBe('running');
    expect((await jobStatus(dir, job, null, later)).shards[0]!.state).toBe('lost');
    expect((await jobStatus(dir, job, new Set([0]), later)).shards[0]!.state).toBe('running');
    expect((await jobStatus(dir, job, new Set(), later)).again).toBe('0-1');
  });

  it('is refused where it cannot be planned', async () => {
    const engine = await engineOf();
    const { dir } = await plan(engine, 2);
    await expect(planJob(engine, images, dir, { shards: 2, maxShards: null, engine: settings })).rejects.toThrow(
      'already contains a job',
    );
    const other = path.join(root, 'other');
    await expect(planJob(engine, images, other, { shards: 99, maxShards: null, engine: settings })).rejects.toThrow(
      'only 24 images',
    );
    await expect(planJob(engine, images, other, { shards: 20, maxShards: 10, engine: settings })).rejects.toThrow(
      'limit of 10',
    );
    await expect(readJob(other)).rejects.toThrow('audit plan');
  });
});

describe('sizes of shards', () => {
  it.each([
    [100_000, 0.3, 45, 11],
    [100, 0.3, 45, 1],
    // Never shorter than half an hour.
    [100_000, 0.3, 1, 16],
    [1_000_000, 1, 60, 277],
  ])('%i images of %f s in tasks of %i minutes are %i shards', (n, seconds, minutes, shards) =>
    expect(shardsFor(n, seconds, minutes)).toBe(shards),
  );

  it('writes indices as sbatch takes them', () => {
    expect(arrayRanges([3, 4, 5, 17])).toBe('3-5,17');
    expect(arrayRanges([])).toBe('');
  });
});

describe('the table of results', () => {
  const row: Row = {
    index: 0,
    path: '=cmd|"x".png',
    outcome: 'estimated',
    reason: 'One, and "two".',
    f1: 0.75,
    interval: { low: 0.5, high: 0.9, level: 0.9 },
    reliability: 'review',
    detections: 4,
    nmPerPixel: null,
    nmPerPixelSource: null,
    timing: { decodeMs: 1, detectMs: 2, totalMs: 3 },
  };

  it('quotes what needs it, and holds nothing that a spreadsheet would run', () => {
    expect(csvHeader()).toBe(
      'file,outcome,level,f1,f1_low,f1_high,detections,nm_per_pixel,nm_per_pixel_source,reason\r\n',
    );
    expect(csvRow(row)).toBe(`"'=cmd|""x"".png",estimated,review,0.75,0.5,0.9,4,,,"One, and ""two""."\r\n`);
  });
});
