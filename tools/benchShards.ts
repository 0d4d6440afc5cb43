// `npm run bench -- shards [IMAGES]`: four shards of a job as tasks of one core each, two at a time, beside one such task
// alone; and the time from the start of a task to its first result.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { renderMicrograph } from '../server/src/core/synthetic/micrograph';
import { encodeGrayPng } from '../server/src/engine/image/encodePng';
import { scanSegment } from '../server/src/engine/store/segmentReader';
import { frameKinds } from '../server/src/engine/job/frames';

const cli = path.join(__dirname, '../cli.js');
const shards = 4;
const side = 512;

const pinned = spawnSync('taskset', ['--version']).status === 0;

/** Runs a shard on one core. @returns seconds, and seconds to the first result */
function task(job: string, shard: number, core: number): Promise<{ seconds: number; first: number }> {
  const began = performance.now();
  const args = [cli, 'audit', 'run', job, '--shard', String(shard)];
  const [program, all] = pinned
    ? ['taskset', ['-c', String(core), process.execPath, ...args]]
    : [process.execPath, args];
  const child = spawn(program, all, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SLURM_CPUS_PER_TASK: '1' },
  });
  let first = Infinity;
  const segments = path.join(job, 'segments');
  const watch = setInterval(() => {
    void (async () => {
      if (first < Infinity) return;
      const name = fs.readdirSync(segments).find((n) => n.startsWith(`shard-0000${shard}.`));
      if (name === undefined) return;
      const handle = await fs.promises.open(path.join(segments, name));
      await scanSegment(handle, 0, ({ header }) => {
        if (header.kind === frameKinds.image) first = Math.min(first, (performance.now() - began) / 1000);
      });
      await handle.close();
    })();
  }, 20);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code === 0) resolve({ seconds: (performance.now() - began) / 1000, first });
      else reject(new Error(`A task ended with ${code}.`));
    });
  });
}

export async function benchShards([images = '80']: readonly string[]): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-shards-'));
  try {
    const folder = path.join(root, 'images');
    fs.mkdirSync(folder);
    const n = shards * Math.ceil(Number(images) / shards);
    const m = renderMicrograph({ domain: 'underfocus-round', seed: 5, width: side, height: side });
    const bytes = await encodeGrayPng(m.data, side, side);
    for (let i = 0; i < n; i++) fs.writeFileSync(path.join(folder, `${String(i).padStart(5, '0')}.png`), bytes);
    const job = path.join(root, 'job');
    const plan = spawnSync(process.execPath, [cli, 'audit', 'plan', folder, '--job', job, '--shards', String(shards)]);
    if (plan.status !== 0) throw new Error(plan.stderr.toString());
    const clear = () => {
      for (const name of fs.readdirSync(path.join(job, 'segments'))) fs.rmSync(path.join(job, 'segments', name));
    };
    await task(job, 0, 0); // warms the file system
    clear();
    const load = os.loadavg()[0]!.toFixed(1);
    const alone = await task(job, 0, 0);
    clear();
    const began = performance.now();
    const cores = [0, 1].map(async (core) => {
      for (const shard of [core, core + 2]) await task(job, shard, core);
    });
    await Promise.all(cores);
    const together = n / ((performance.now() - began) / 1000);
    const single = n / shards / alone.seconds;
    console.log(
      `${n} images of ${side}x${side}, ${shards} shards, one core a task${pinned ? '' : ' (not pinned)'}, load before ${load}\n` +
        `one task            ${single.toFixed(2)} images/s, first result after ${alone.first.toFixed(2)} s\n` +
        `two tasks at a time ${together.toFixed(2)} images/s, ${(together / (2 * single)).toFixed(2)} of twice one task`,
    );
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
