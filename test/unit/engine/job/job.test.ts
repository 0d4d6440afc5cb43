import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../server/src/engine/engine.types';
import { csvHeader, csvRow } from '../../../../server/src/engine/job/exportRows';
import type { Row } from '../../../../server/src/engine/job/frames';
import { readJob } from '../../../../server/src/engine/job/job';
import { arrayRanges, jobStatus } from '../../../../server/src/engine/job/jobStatus';
import { planJob, shardsFor } from '../../../../server/src/engine/job/planJob';
import { runShard } from '../../../../server/src/engine/job/runShard';
import { fakeNetwork } from '../../../support/fakeNetwork';
import { estimateLine, JobFolder, jobSettings, mergedLines } from '../../../support/jobs';

const folder = new JobFolder();
const count = 23;

beforeAll(() => folder.fill(count));
afterAll(() => folder.dispose());

async function audited(engine: Engine): Promise<string[]> {
  const lines: string[] = [];
  for await (const event of engine.auditDataset(folder.files))
    if (event.kind === 'image') lines.push(estimateLine(event.estimate));
  return lines;
}

describe('an audit in shards', () => {
  it('contains every image once, and merged gives the lines of an audit in one process', async () => {
    const engine = await folder.engine();
    const { dir } = await folder.plan(engine, 4);
    const job = await readJob(dir);
    expect(job.shards.map((s) => s.count).reduce((a, b) => a + b)).toBe(count + 1);
    for (let shard = 0; shard < 4; shard++)
      expect(await runShard(engine, { dir, job, shard })).toMatchObject({ ending: 'complete' });
    expect(await jobStatus(dir, job)).toMatchObject({ done: count + 1, byState: { done: 4 }, again: '' });
    expect(await mergedLines(engine, { dir, job })).toEqual({ lines: await audited(engine), missing: [] });
    // Nothing per image.
    expect(fs.readdirSync(path.join(dir, 'segments'))).toHaveLength(4);
  });

  it('names what is missing, and continues a shard that was stopped', async () => {
    const stop = new AbortController();
    let runs = 0;
    const engine = await folder.engine(fakeNetwork(() => void (++runs === 3 && stop.abort())));
    const { dir, job } = await folder.plan(engine, 2);
    const first = await runShard(engine, { dir, job, shard: 0 }, { stop: stop.signal });
    expect(first).toMatchObject({ ending: 'stopped' });
    expect(first.done).toBeGreaterThanOrEqual(3);
    expect(first.done).toBeLessThan(12);
    const status = await jobStatus(dir, job);
    expect(status).toMatchObject({ done: first.done, byState: { waiting: 2 }, again: '0-1' });
    const { missing } = await mergedLines(engine, { dir, job });
    expect(missing).toHaveLength(count + 1 - first.done);
    const before = runs;
    const second = await runShard(engine, { dir, job, shard: 0 });
    expect(second).toMatchObject({ ending: 'complete', estimated: 12 - first.done });
    expect(runs - before).toBe(12 - first.done);
  });

  it('loses only the current image when it is killed at any byte, and has no image twice', async () => {
    const engine = await folder.engine();
    const { dir, job, segment } = await folder.planAndRun(engine, 1);
    const expected = await mergedLines(engine, { dir, job });
    const bytes = fs.readFileSync(segment);
    let state = 1;
    for (let kill = 0; kill < 100; kill++) {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      const length = state % bytes.length;
      for (const name of fs.readdirSync(path.dirname(segment))) fs.rmSync(path.join(path.dirname(segment), name));
      fs.writeFileSync(segment, bytes.subarray(0, length));
      const { done } = await jobStatus(dir, job);
      const again = await runShard(engine, { dir, job, shard: 0 });
      expect(again.estimated).toBe(count + 1 - done);
      // All but the frame that was cut are used.
      expect(done).toBeGreaterThanOrEqual(Math.floor((length / bytes.length) * (count + 1)) - 2);
      const status = await jobStatus(dir, job);
      expect([status.done, status.again]).toEqual([count + 1, '']);
      // The whole comparison costs more than the kill.
      if (kill % 5 === 0) expect(await mergedLines(engine, { dir, job })).toEqual(expected);
    }
  }, 240_000);

  it('estimates again what is damaged, and keeps the rest', async () => {
    const engine = await folder.engine();
    const { dir, job, segment } = await folder.planAndRun(engine, 1);
    const expected = await mergedLines(engine, { dir, job });
    const bytes = fs.readFileSync(segment);
    // In the middle of some image's payload or header; the ending is damaged too, so that the shard is looked at.
    bytes[bytes.length >> 1]! ^= 16;
    bytes[bytes.length - 10]! ^= 1;
    fs.writeFileSync(segment, bytes);
    expect((await mergedLines(engine, { dir, job })).missing).toHaveLength(1);
    expect(await runShard(engine, { dir, job, shard: 0 })).toMatchObject({ ending: 'complete', estimated: 1 });
    expect(await mergedLines(engine, { dir, job })).toEqual(expected);
  });

  it('ends a shard when the engine fails on five images in a row, and estimates them again the next time', async () => {
    let broken = true;
    const engine = await folder.engine(
      fakeNetwork(() => {
        if (broken) throw new Error('out of memory');
      }),
    );
    const { dir, job } = await folder.plan(engine, 1);
    expect(await runShard(engine, { dir, job, shard: 0 })).toMatchObject({
      ending: 'failed',
      done: 0,
      reason: 'The detector failed: out of memory',
    });
    expect(await jobStatus(dir, job)).toMatchObject({ byState: { failed: 1 }, again: '0' });
    broken = false;
    expect(await runShard(engine, { dir, job, shard: 0 })).toMatchObject({ ending: 'complete', done: count + 1 });
  });

  it('counts a shard without new results as lost, and a shard in the scheduler as running', async () => {
    const engine = await folder.engine();
    const { dir, job, segment } = await folder.planAndRun(engine, 2);
    fs.truncateSync(segment, fs.statSync(segment).size - 700);
    const later = Date.now() + 3600_000;
    expect((await jobStatus(dir, job)).shards[0]!.state).toBe('running');
    expect((await jobStatus(dir, job, { now: later })).shards[0]!.state).toBe('lost');
    expect((await jobStatus(dir, job, { scheduled: new Set([0]), now: later })).shards[0]!.state).toBe('running');
    expect((await jobStatus(dir, job, { scheduled: new Set(), now: later })).again).toBe('0-1');
  });

  it('is refused where it cannot be planned', async () => {
    const engine = await folder.engine();
    const { dir } = await folder.plan(engine, 2);
    await expect(
      planJob(engine, folder.images, dir, { shards: 2, maxShards: null, engine: jobSettings }),
    ).rejects.toThrow('already contains a job');
    const other = path.join(folder.root, 'other');
    await expect(
      planJob(engine, folder.images, other, { shards: 99, maxShards: null, engine: jobSettings }),
    ).rejects.toThrow('only 24 images');
    await expect(
      planJob(engine, folder.images, other, { shards: 20, maxShards: 10, engine: jobSettings }),
    ).rejects.toThrow('limit of 10');
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

  it('quotes fields where needed, and contains nothing that a spreadsheet would run', () => {
    expect(csvHeader()).toBe(
      'file,outcome,level,f1,f1_low,f1_high,detections,nm_per_pixel,nm_per_pixel_source,reason\r\n',
    );
    expect(csvRow(row)).toBe(`"'=cmd|""x"".png",estimated,review,0.75,0.5,0.9,4,,,"One, and ""two""."\r\n`);
  });
});
