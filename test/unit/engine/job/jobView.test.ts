import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listAttempts } from '../../../../server/src/engine/job/attempts';
import { countLevels } from '../../../../server/src/protocol/levels';
import type { Row } from '../../../../server/src/engine/job/frames';
import { jobFiles } from '../../../../server/src/engine/job/job';
import { writeMerged } from '../../../../server/src/engine/job/mergedStore';
import { JobView, type ViewQuery } from '../../../../server/src/engine/job/view/jobView';
import { rowFindings } from '../../../../server/src/engine/job/view/rowFindings';
import { worstFirst } from '../../../../server/src/protocol/worstFirst';
import { makeJob as makeJobIn, rowOf, type MadeJob } from '../../../support/madeJob';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-view-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let jobs = 0;

const makeJob = (images: number, shards: number): Promise<MadeJob> =>
  makeJobIn(path.join(root, String(jobs++)), images, shards);

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const all: ViewQuery = { groupBy: 'none', group: '', text: '', levels: [] };
const bare = ({ index, path: name, outcome, f1, reliability }: Row) => ({
  index,
  path: name,
  outcome,
  f1,
  reliability,
});
const sorted = (rows: readonly Row[]) => [...rows].sort((a, b) => worstFirst(a, b) || a.index - b.index).map(bare);

async function everything(view: JobView, query: ViewQuery = all): Promise<ReturnType<typeof bare>[]> {
  const out: ReturnType<typeof bare>[] = [];
  for (let start = 0; ; start += 40) {
    const { rows, total } = await view.page(query, start, 40);
    out.push(...rows.map(bare));
    if (rows.length === 0) {
      expect(out.length).toBe(total);
      return out;
    }
  }
}

it('gives pages of all results, the worst first, also from the merged store alone', async () => {
  const { dir, job, rows, write } = await makeJob(230, 3);
  for (const [shard, { first, count }] of job.shards.entries()) await write(shard, range(first, first + count));
  const view = await JobView.open(dir);
  expect(view.counts()).toMatchObject({ images: 230, done: 230, failed: 0, byReliability: countLevels(rows) });
  expect(await everything(view)).toEqual(sorted(rows));
  const [first] = (await view.page(all, 0, 1)).rows;
  expect(first!.file).toBe(path.join(job.root, first!.path));
  await writeMerged(dir, job, () => expect.fail());
  fs.rmSync(path.join(dir, 'segments'), { recursive: true });
  expect(await everything(await JobView.open(jobFiles.merged(dir)))).toEqual(sorted(rows));
});

it('groups by level and folder, and filters by name and level', async () => {
  const { dir, job, rows, write } = await makeJob(120, 2);
  for (const [shard, { first, count }] of job.shards.entries()) await write(shard, range(first, first + count));
  const view = await JobView.open(dir);
  const byLevel = await view.groups({ ...all, groupBy: 'level' });
  expect(byLevel.map((g) => g.key)).toEqual(['unreliable', 'review', 'unknown', 'reliable']);
  for (const { key, images } of byLevel) {
    const expected = sorted(rows.filter((r) => r.reliability === key));
    expect(images).toBe(expected.length);
    expect(await everything(view, { ...all, groupBy: 'level', group: key })).toEqual(expected);
  }
  const byFolder = await view.groups({ ...all, groupBy: 'folder' });
  expect(byFolder).toEqual(['', 'day 9', 'day 10/a', 'Tag ß'].map((key) => ({ key, images: 30 })));
  const inFolder = rows.filter((r) => path.dirname(r.path) === 'day 9');
  expect(await everything(view, { ...all, groupBy: 'folder', group: 'day 9' })).toEqual(sorted(inFolder));
  expect(await everything(view, { ...all, groupBy: 'folder', group: 'elsewhere' })).toEqual([]);
  const text = rows.filter((r) => r.path.toLowerCase().includes('tag ß/image-1'));
  expect(await everything(view, { ...all, text: 'TAG ß/IMAGE-1' })).toEqual(sorted(text));
  const few = rows.filter((r) => r.reliability === 'review' && r.path.includes('day'));
  const filtered = { ...all, text: 'day', levels: ['review'] as const };
  expect(await everything(view, filtered)).toEqual(sorted(few));
  expect((await view.groups({ ...filtered, groupBy: 'folder' })).map((g) => g.key)).toEqual(['day 9', 'day 10/a']);
});

it('shows a job that runs, takes up what comes, and lets the last attempt count', async () => {
  const { dir, rows, write } = await makeJob(60, 2);
  const failed = (row: Row): Row => ({ ...row, outcome: 'failed', f1: null, interval: null, reliability: 'unknown' });
  await write(0, range(0, 10), false);
  const view = await JobView.open(dir);
  expect(view.counts()).toMatchObject({ done: 10, failed: 0 });
  expect(await view.refresh()).toBe(false);
  await write(0, range(10, 30));
  await write(1, range(30, 40), true, failed);
  expect(await view.refresh()).toBe(true);
  expect(view.counts()).toMatchObject({ done: 30, failed: 10 });
  await write(1, range(30, 60));
  // A failure of the engine never replaces a result.
  await write(1, range(30, 33), true, failed);
  expect(await view.refresh()).toBe(true);
  expect(view.counts()).toMatchObject({ done: 60, failed: 0 });
  expect(await everything(view)).toEqual(sorted(rows));
  // A segment that grows is read from where the last look ended.
  const attempts = [...(await listAttempts(dir)).values()].flat();
  expect(attempts.length).toBe(5);
});

it('names what is damaged and shows the rest, whatever bit flips or tail is cut', async () => {
  const { dir, job, rows, write } = await makeJob(40, 1);
  await write(0, range(0, 40));
  const { file } = [...(await listAttempts(dir)).values()].flat()[0]!;
  const whole = fs.readFileSync(file);
  let state = 11;
  const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
  for (let seed = 0; seed < 60; seed++) {
    const damaged = Buffer.from(whole);
    if (seed % 2) damaged[random(whole.length)]! ^= 1 << random(8);
    fs.writeFileSync(file, seed % 2 ? damaged : whole.subarray(0, random(whole.length)));
    const view = await JobView.open(dir);
    const shown = await everything(view);
    const right = new Map(rows.map((r) => [r.index, bare(r)]));
    const broken = shown.filter((r) => JSON.stringify(r) !== JSON.stringify(right.get(r.index)));
    for (const r of broken) expect(r).toMatchObject({ outcome: 'failed', path: right.get(r.index)!.path });
    // One flipped bit loses at most one result; a cut tail loses the results behind it.
    if (seed % 2) expect(shown.length - broken.length).toBeGreaterThanOrEqual(job.images - 1);
    else expect(broken).toEqual([]);
  }
});

it('turns stored results into Problems', () => {
  const base = rowOf(0, 'a.png');
  const codes = (change: Partial<Row>) => rowFindings({ ...base, ...change }).map((f) => f.code);
  const interval = { low: 0.1, high: 0.9, level: 0.9 };
  expect(codes({ f1: 0.2, interval, reliability: 'unreliable' })).toEqual(['low-f1']);
  expect(codes({ f1: 0.6, interval, reliability: 'review' })).toEqual(['uncertain-f1']);
  expect(codes({ f1: 0.9, interval, reliability: 'reliable' })).toEqual([]);
  expect(codes({ f1: 0.9, interval, reliability: 'unknown' })).toEqual(['out-of-domain']);
  expect(codes({ f1: null, outcome: 'unreadable', reliability: 'unknown' })).toEqual(['unreadable-image']);
  expect(codes({ f1: null, outcome: 'no-detections', reliability: 'unknown' })).toEqual(['no-detections']);
});

it('refuses a folder that is not a job in one sentence', async () => {
  await expect(JobView.open(path.join(root, 'none'))).rejects.toThrow(/does not exist/);
  await expect(JobView.open(root)).rejects.toThrow(/no readable job/);
  const { dir } = await makeJob(10, 1);
  fs.rmSync(jobFiles.manifest(dir));
  await expect(JobView.open(dir)).rejects.toThrow(/manifest .* is missing/);
});

it('opens with a manifest that is cut, says so, and has the names that results contain', async () => {
  const { dir, rows, write } = await makeJob(10, 1);
  await write(0, range(0, 9));
  const lines = fs.readFileSync(jobFiles.manifest(dir)).toString('latin1').split('\n');
  fs.truncateSync(jobFiles.manifest(dir), lines.slice(0, 4).join('\n').length);
  const view = await JobView.open(dir);
  expect(view.notes()).toEqual([expect.stringMatching(/^The manifest is damaged: 7 of 10 lines/)]);
  expect(await everything(view)).toEqual(sorted(rows.slice(0, 9)));
});
