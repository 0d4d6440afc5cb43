import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeSmallImages } from '../support/smallImages';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-tasks-')));
const cli = path.resolve('dist/cli.js');
const shards = 3;
let job: string;
let jobs = 0;

/** The command as users have it on their path. */
const bin = path.join(folder, 'bin');
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
const gauge = (args: string[], options: object = {}) =>
  spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env, ...options });
const has = (program: string) => spawnSync('which', [program]).status === 0;

beforeAll(async () => {
  await writeSmallImages(path.join(folder, 'images'), 6);
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, 'tem-gauge'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  job = path.join(folder, `job-${jobs++}`);
  const plan = gauge(['audit', 'plan', path.join(folder, 'images'), '--job', job, '--shards', String(shards)]);
  expect(plan.stderr).toBe('');
  expect(plan.status).toBe(0);
});

function expectComplete(): void {
  const merged = gauge(['audit', 'merge', job]);
  expect(merged.stderr).toBe('');
  expect(merged.stdout).toContain('6 of 6 images');
  expect(merged.status).toBe(0);
}

it('needs no home, no folder for temporary files, and writes to the job alone', () => {
  const [here, home] = ['empty', 'home'].map((name) => path.join(folder, name)) as [string, string];
  for (const dir of [here, home]) fs.mkdirSync(dir);
  const before = fs.readdirSync(folder).sort();
  const homes = [
    { HOME: '/dev/null/home', TMPDIR: '/dev/null/tmp' },
    { HOME: home, TMPDIR: home, XDG_CACHE_HOME: home },
    { HOME: home, TMPDIR: home },
  ];
  for (const [i, own] of homes.entries()) {
    const bare = { PATH: process.env.PATH, SLURM_CPUS_PER_TASK: '1', ...own };
    const run = gauge(['audit', 'run', job, '--shard', String(i)], { cwd: here, env: bare });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  }
  // The runtime of the network writes no identifier of the machine either.
  for (const dir of [here, home]) expect(fs.readdirSync(dir)).toEqual([]);
  expect(fs.readdirSync(folder).sort()).toEqual(before);
  expectComplete();
});

it.skipIf(!has('parallel'))('runs with GNU parallel, as the documentation says', () => {
  const doc = fs.readFileSync('docs/cluster.md', 'utf8');
  expect(doc).toContain('parallel -j 4 tem-gauge audit run JOB --shard {} ::: $(seq 0 7)');
  const command = `parallel -j 2 tem-gauge audit run '${job}' --shard {} ::: $(seq 0 ${shards - 1})`;
  const run = spawnSync('bash', ['-c', command], { encoding: 'utf8', env });
  expect(run.status, run.stderr).toBe(0);
  expectComplete();
});

it.skipIf(!has('snakemake'))('runs with Snakemake, as the documentation says', () => {
  const doc = fs.readFileSync('docs/cluster.md', 'utf8');
  const file = /```python\n(# Snakefile\n[\s\S]*?)```/.exec(doc)![1]!;
  const here = path.join(folder, `snake-${jobs}`);
  fs.mkdirSync(here);
  fs.writeFileSync(path.join(here, 'Snakefile'), file.replaceAll('JOB', job).replace('range(8)', `range(${shards})`));
  const run = spawnSync('snakemake', ['--cores', '2', '--quiet'], { cwd: here, encoding: 'utf8', env });
  expect(run.status, run.stderr).toBe(0);
  expectComplete();
});

it('writes Parquet', () => {
  for (let i = 0; i < shards; i++) expect(gauge(['audit', 'run', job, '--shard', String(i)]).status).toBe(0);
  const file = path.join(folder, 'rows.parquet');
  const merged = gauge(['audit', 'merge', job, '--parquet', file]);
  expect(merged.status, merged.stderr).toBe(0);
  expect(fs.readFileSync(file).subarray(0, 4).toString()).toBe('PAR1');
  const refused = gauge(['audit', 'merge', job, '--parquet', '/dev/null/rows.parquet']);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).not.toContain('    at ');
});
