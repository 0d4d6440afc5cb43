import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import { promisify } from 'node:util';
import { fileLimits, readRegularText } from '../../files/readRegularFile';
import { sealJson, unsealJson } from '../../files/sealedJson';
import { JobError, jobFiles } from '../job';

const run = promisify(execFile);

/** One call of `sbatch` for a job. */
export interface Submission {
  readonly time: string;
  /** Slurm's number of the array job. */
  readonly id: string;
  readonly array: string;
}

async function output(command: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await run(command, [...args], { maxBuffer: 64e6, timeout: 60_000 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Largest number of tasks of one array; null where there is no Slurm. */
export async function maxArraySize(): Promise<number | null> {
  const text = await output('scontrol', ['show', 'config']).catch(() => null);
  return text === null ? null : parseMaxArraySize(text);
}

/** From `scontrol show config`: MaxArraySize is one more than the largest index, MaxJobCount bounds all jobs. */
export function parseMaxArraySize(text: string): number | null {
  const value = (name: string) => Number(new RegExp(`^${name}\\s*=\\s*(\\d+)`, 'm').exec(text)?.[1] ?? NaN);
  const limits = [value('MaxArraySize'), value('MaxJobCount')].filter((n) => Number.isFinite(n));
  return limits.length ? Math.min(...limits) : null;
}

/** Submits a script and records it in the job. @throws JobError where there is no Slurm or it refuses */
export async function submit(dir: string, script: string, array: string): Promise<Submission> {
  const file = `${dir}/submit.sbatch`;
  await fs.writeFile(file, script);
  const text = await output('sbatch', ['--parsable', file]).catch((error: Error & { stderr?: string }) => {
    throw new JobError(`sbatch refused the job: ${(error.stderr || error.message).trim().split('\n')[0]}`);
  });
  if (text === null)
    throw new JobError('There is no sbatch here: run the shards yourself (tem-gauge audit run --help).');
  const submission: Submission = { time: new Date().toISOString(), id: text.trim().split(';')[0]!, array };
  await fs.appendFile(jobFiles.submissions(dir), `${sealJson({ ...submission })}\n`);
  return submission;
}

/** State of a job as Slurm reports it. */
export interface Scheduled {
  /** Shards that are pending or running; null if the job was never submitted, or without Slurm. */
  readonly shards: Set<number> | null;
  /** Lines of the list of submissions that cannot be read. */
  readonly damaged: number;
}

/** Shards of the submitted arrays that Slurm still lists; null where nothing was submitted or Slurm does not answer. */
export async function scheduledShards(dir: string): Promise<Scheduled> {
  const text = await readRegularText(jobFiles.submissions(dir), { maxBytes: fileLimits.table }).catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  const ids = lines.flatMap((line) => {
    const id = unsealJson(line)?.id;
    return typeof id === 'string' && /^\d+$/.test(id) ? [id] : [];
  });
  const damaged = lines.length - ids.length;
  if (ids.length === 0) return { shards: null, damaged };
  const scheduled = new Set<number>();
  for (const id of ids) {
    // Slurm removes finished jobs from its list and then reports their numbers as invalid.
    const listed = await output('squeue', ['--noheader', '--array', '--format=%K %T', `--jobs=${id}`]).catch(() => '');
    if (listed === null) return { shards: null, damaged };
    for (const shard of parseQueue(listed)) scheduled.add(shard);
  }
  return { shards: scheduled, damaged };
}

/** From lines of `squeue --array --format="%K %T"`. */
export function parseQueue(text: string): number[] {
  const ended = /^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE)/;
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([task, state]) => /^\d+$/.test(task ?? '') && !ended.test(state ?? ''))
    .map(([task]) => Number(task));
}
