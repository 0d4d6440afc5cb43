import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobStatus } from '../../server/src/engine/job/jobStatus';
import { slurmAvailable, startCluster, type Cluster } from '../support/slurm';
import { writeSmallImages } from '../support/smallImages';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-slurm-'));
const images = path.join(folder, 'images');
/** Enough for a shard to run for several seconds, so that a task can be stopped in the middle on a fast machine too. */
const count = 120;
let cluster: Cluster;
let env: NodeJS.ProcessEnv = process.env;

/** Runs the program without blocking this process. */
async function cli(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [path.resolve('dist/cli.js'), ...args], { env, maxBuffer: 1e8 }).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, status: error.code }),
  );
}
const statusOf = async (job: string) => JSON.parse((await cli('audit', 'status', job, '--json')).stdout) as JobStatus;
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((l) => ({ ...(JSON.parse(l) as object), timing: null }));
const slurm = (command: string, ...args: string[]) => spawnSync(command, args, { env, encoding: 'utf8' });
const until = (check: () => Promise<boolean> | boolean) =>
  expect.poll(check, { timeout: 400_000, interval: 300 }).toBe(true);

beforeAll(async () => {
  await writeSmallImages(images, count);
});
afterAll(() => {
  cluster?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!slurmAvailable())('an audit on a Slurm cluster of one node', () => {
  const job = path.join(folder, 'job');

  beforeAll(async () => {
    cluster = await startCluster(path.join(folder, 'slurm'));
    env = cluster.env;
  });

  it('is planned within the limits of the cluster', async () => {
    const tooMany = await cli('audit', 'plan', images, '--job', path.join(folder, 'many'), '--shards', '501');
    expect(tooMany).toMatchObject({ status: 3 });
    expect((await cli('audit', 'plan', images, '--job', job, '--shards', '4')).stdout).toContain(
      `${count} images in 4 shards`,
    );
    const { stdout } = await cli('audit', 'submit', job, '--dry-run', '--cpus', '1');
    expect(stdout).toContain('#SBATCH --array=0-3\n');
    expect(stdout).toContain('#SBATCH --cpus-per-task=1\n');
  });

  it('survives a cancelled, a requeued and a killed task: nothing lost, nothing doubled', async () => {
    const submitted = await cli('audit', 'submit', job, '--cpus', '1');
    const id = /job (\d+)/.exec(submitted.stdout)![1]!;
    const begun = async (shard: number) => {
      const s = (await statusOf(job)).shards[shard]!;
      return s.done > 0 && s.state === 'running';
    };
    await until(() => begun(0));
    slurm('scancel', `${id}_0`);
    await until(() => begun(1));
    expect(slurm('scontrol', 'requeue', `${id}_1`).status).toBe(0);
    await until(() => begun(2));
    const pids = slurm('pgrep', '-f', `audit run ${job} .*--shard 2`).stdout.trim().split('\n').filter(Boolean);
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
    await until(async () => {
      const s = await statusOf(job);
      return s.byState.running === 0 && s.byState.done === 2 && slurm('squeue', '--noheader').stdout.trim() === '';
    });
    const status = await statusOf(job);
    expect(status.again).toBe('0,2');
    expect(status.shards.map((s) => s.state === 'done')).toEqual([false, true, false, true]);
    expect(status.shards[1]!.attempts).toBe(2);
    expect((await cli('audit', 'merge', job, '--json')).status).toBe(1);

    expect((await cli('audit', 'status', job, '--resubmit', '--cpus', '1')).stdout).toContain('--array=0,2');
    await until(async () => (await statusOf(job)).byState.done === 4);
    const merged = await cli('audit', 'merge', job, '--json');
    expect(merged.status).toBe(0);
    const whole = await cli('audit', images, '--json');
    expect(lines(merged.stdout)).toEqual(lines(whole.stdout));
    expect(lines(merged.stdout)).toHaveLength(count);
  }, 1_200_000);
});

it('a full disk ends a shard with a sentence; with room again it continues', async (context) => {
  env = { ...process.env, SLURM_CONF: '/nonexistent' };
  const job = path.join(folder, 'full');
  const few = path.join(folder, 'few');
  const total = (await writeSmallImages(few, 12)).length;
  expect((await cli('audit', 'plan', few, '--job', job, '--shards', '1')).status).toBe(0);
  const segments = path.join(job, 'segments');
  // Needs root on Linux, and a container that may mount.
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', segments]).status !== 0) context.skip();
  try {
    const full = await cli('audit', 'run', job, '--shard', '0');
    expect(full.status).toBe(3);
    expect(full.stderr).toContain('the disk is full');
    expect(full.stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
    const { done } = await statusOf(job);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(total);
    spawnSync('mount', ['-o', 'remount,size=10m', segments]);
    expect((await cli('audit', 'run', job, '--shard', '0')).stdout).toContain(`${total - done} estimated`);
    expect((await cli('audit', 'merge', job)).status).toBe(0);
  } finally {
    spawnSync('umount', [segments]);
  }
}, 300_000);
