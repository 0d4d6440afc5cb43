import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAttempts } from '../../../../server/src/engine/job/attempts';
import { sealJson } from '../../../../server/src/engine/files/sealedJson';
import type { Row } from '../../../../server/src/engine/job/frames';
import { JobError, jobFiles, readJob, type Job } from '../../../../server/src/engine/job/job';
import { jobStatus } from '../../../../server/src/engine/job/jobStatus';
import { writeMerged } from '../../../../server/src/engine/job/mergedStore';
import { mergeJob } from '../../../../server/src/engine/job/mergeJob';
import { scheduledShards } from '../../../../server/src/engine/job/slurm/commands';
import { JobView } from '../../../../server/src/engine/job/view/jobView';
import { makeJob, type MadeJob } from '../../../support/madeJob';

const images = 24;
const shards = 3;
const damages = 200;
let root: string;
let made: MadeJob;
let names: string[];

/** The whole job, to be copied and damaged. */
beforeAll(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-damage-'));
  made = await makeJob(path.join(root, 'whole'), images, shards);
  for (const [shard, { first, count }] of made.job.shards.entries()) {
    const list = Array.from({ length: count }, (_, i) => first + i);
    // The first shard needed two attempts.
    if (shard === 0) await made.write(0, list.slice(0, 3), false);
    await made.write(shard, shard === 0 ? list.slice(3) : list);
  }
  await writeMerged(made.dir, made.job, (image) => expect.fail(image.reason));
  fs.writeFileSync(jobFiles.submissions(made.dir), '');
  names = fs
    .readdirSync(made.dir, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => fs.statSync(path.join(made.dir, name)).size > 0 && fs.statSync(path.join(made.dir, name)).isFile(),
    );
});
afterAll(() => fs.rmSync(root, { recursive: true }));

let state = 20;
const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
/** Flips a bit, cuts the tail, or fills some bytes with zeros, as disks do. @returns what was done */
function damage(file: string): string {
  const bytes = fs.readFileSync(file);
  const at = random(bytes.length);
  const how = ['flip', 'flip', 'cut', 'zero'][random(4)]!;
  if (how === 'cut') fs.truncateSync(file, at);
  else {
    if (how === 'flip') bytes[at]! ^= 1 << random(8);
    else bytes.fill(0, at, at + 1 + random(300));
    fs.writeFileSync(file, bytes);
  }
  return `${path.basename(file)}: ${how} at ${at} of ${bytes.length}`;
}

/** A row without what a merge may not lose is wrong. */
const wrong = (row: Row): boolean => JSON.stringify(row) !== JSON.stringify(made.rows[row.index]);

/** The results that are present and correct; the others must have been named. */
async function examine(dir: string): Promise<{ results: number; named: number; notes: number }> {
  const job = await readJob(dir);
  const [found, named] = [new Set<number>(), new Set<number>()];
  for await (const image of mergeJob(dir, job)) {
    if (image.kind === 'missing') named.add(image.entry.index);
    else {
      expect(wrong(image.row)).toBe(false);
      expect(image.record?.candidates.scores.length ?? 3).toBe(3);
      found.add(image.row.index);
    }
  }
  expect(found.size + named.size).toBe(images);
  // Shards with results that a merge misses are listed by a verified status, to be run again.
  const status = await jobStatus(dir, job, { verify: true, scheduled: new Set() });
  expect(status.done).toBe(found.size);
  const again = job.shards.filter(({ first, count }) => [...named].some((i) => i >= first && i < first + count));
  expect(status.shards.filter((s) => s.state !== 'done').length).toBeGreaterThanOrEqual(again.length);
  expect(status.shards.filter((s) => s.state === 'failed').every((s) => /damaged/.test(s.reason!))).toBe(true);

  const view = await JobView.open(dir);
  const { rows } = await view.page({ groupBy: 'none', group: '', text: '', levels: [] }, 0, images);
  for (const { file, ...row } of rows) {
    if (!wrong(row)) continue;
    expect(row).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/damaged/) as string });
    expect(path.relative(job.root, file)).toBe(row.path);
  }
  return { results: found.size, named: named.size, notes: view.notes().length };
}

it('names what is damaged in any file of a job, keeps the rest, and takes nothing wrong', async () => {
  const sentences = new Set<string>();
  let incomplete = 0;
  for (let i = 0; i < damages; i++) {
    const dir = path.join(root, `copy-${i}`);
    fs.cpSync(made.dir, dir, { recursive: true });
    const what = damage(path.join(dir, names[i % names.length]!));
    try {
      const { results, named, notes } = await examine(dir);
      // One damage loses at most the tail of one segment, or the records within 300 zeros.
      expect(results, what).toBeGreaterThanOrEqual(images - 9);
      if (named > 0) incomplete++;
      if (what.startsWith('manifest')) expect(notes, what).toBeGreaterThan(0);
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      sentences.add(error.message.replaceAll(dir, 'JOB'));
      expect(what).toMatch(/^job\.json/);
    }
    fs.rmSync(dir, { recursive: true });
  }
  expect([...sentences]).toEqual(['JOB/job.json is damaged: its checksum does not fit its content.']);
  expect(incomplete).toBeGreaterThan(20);
}, 120_000);

it('shows a damaged merged store alone, with what is damaged', async () => {
  for (let i = 0; i < 60; i++) {
    const dir = path.join(root, 'merged');
    fs.cpSync(made.dir, dir, { recursive: true });
    fs.rmSync(jobFiles.segments(dir), { recursive: true });
    expect((await listAttempts(dir)).size).toBe(0);
    const what = damage(jobFiles.merged(dir));
    const view = await JobView.open(dir);
    const { rows } = await view.page({ groupBy: 'none', group: '', text: '', levels: [] }, 0, images);
    const bad = rows.filter(({ file, ...row }) => file !== '' && wrong(row));
    for (const row of bad) expect(row, what).toMatchObject({ outcome: 'failed' });
    if (!what.includes('cut')) expect(rows.length - bad.length, what).toBeGreaterThanOrEqual(images - 3);
    fs.rmSync(dir, { recursive: true });
  }
});

it('leaves out damaged submissions and counts them', async () => {
  const dir = path.join(root, 'submitted');
  fs.mkdirSync(dir);
  fs.writeFileSync(jobFiles.submissions(dir), '{"time":"x","id":"12","array":"0"}\nnonsense\n{"id"');
  expect(await scheduledShards(dir)).toEqual({ shards: null, damaged: 3 });
  expect(await scheduledShards(path.join(root, 'none'))).toEqual({ shards: null, damaged: 0 });
});

it.skipIf(process.platform === 'win32')('never waits for a pipe in place of a file, nor reads a device', async () => {
  const dir = path.join(root, 'pipes');
  fs.cpSync(made.dir, dir, { recursive: true });
  fs.rmSync(jobFiles.merged(dir));
  const segment = (name: string) => path.join(jobFiles.segments(dir), name);
  execFileSync('mkfifo', [segment('shard-00000.a0008.segment'), segment('shard-00001.a0008.segment')]);
  fs.mkdirSync(segment('shard-00001.a0009.segment'));
  fs.symlinkSync('/dev/zero', segment('shard-00002.a0009.segment'));
  fs.rmSync(jobFiles.submissions(dir));
  execFileSync('mkfifo', [jobFiles.submissions(dir)]);
  const job = await readJob(dir);
  expect((await jobStatus(dir, job, { verify: true })).done).toBe(images);
  expect(await scheduledShards(dir)).toEqual({ shards: null, damaged: 0 });
  const merged: string[] = [];
  for await (const image of mergeJob(dir, job)) merged.push(image.kind);
  expect(merged).toEqual(Array(images).fill('result'));
  expect((await examine(dir)).results).toBe(images);
  fs.rmSync(jobFiles.manifest(dir));
  execFileSync('mkfifo', [jobFiles.manifest(dir)]);
  await expect(mergeJob(dir, job).next()).rejects.toThrow('is missing or cannot be read');
});

it.each<[string, (job: Job) => object]>([
  ['more images than shards have', (job) => ({ images: job.images + 1 })],
  ['an absurd number of images', () => ({ images: 1e15, shards: [{ first: 0, count: 1e15, offset: 0 }] })],
  ['a gap between shards', ({ shards: [a, b, c] }) => ({ shards: [a, b, { ...c, first: c!.first + 1 }] })],
  ['more images than lines have room', ({ shards: [a, b, c] }) => ({ shards: [a, { ...b, offset: 40 }, c] })],
  ['a first shard in the middle', ({ shards: [a, b, c] }) => ({ shards: [{ ...a, offset: 9 }, b, c] })],
])('refuses a plan that lies, also with a right checksum: %s', async (_, change) => {
  const dir = fs.mkdtempSync(path.join(root, 'lying-'));
  const job = await readJob(made.dir);
  fs.writeFileSync(jobFiles.job(dir), sealJson({ ...job, ...change(job), crc: undefined }));
  await expect(readJob(dir)).rejects.toThrow('is not a job of this version');
  fs.writeFileSync(jobFiles.job(dir), sealJson({ ...job, crc: undefined }));
  expect(await readJob(dir)).toEqual(job);
});
