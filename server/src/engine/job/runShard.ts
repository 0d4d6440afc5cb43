import os from 'node:os';
import path from 'node:path';
import type { Engine, Estimate } from '../engine.types';
import { beginAttempt, listAttempts, readAttempts, type ImagePlace } from './attempts';
import { countLevels } from '../../protocol/levels';
import { encodeBegun, encodeEnded, encodeImage, rowOf, type Ended } from './frames';
import type { Job } from './job';
import { IndexBuilder } from './indexFrame';
import { readShard, type ManifestEntry, type NamedEntry } from './manifest';

/** Milliseconds between two flushes of the results to the disk. */
const flushMs = 5000;
/** Number of images in a row on which the engine fails before the run ends. */
const failuresInARow = 5;

export interface ShardRun {
  readonly ending: Ended['ending'];
  /** One sentence. */
  readonly reason: string;
  /** Images of the shard with a result, of all attempts. */
  readonly done: number;
  readonly total: number;
  /** Images that this attempt estimated. */
  readonly estimated: number;
  readonly seconds: number;
}

export interface RunOptions {
  /** Ends the run after the images that are being estimated. */
  readonly stop?: AbortSignal | undefined;
  /** Called after each image. */
  readonly onImage?: ((estimate: Estimate, done: number, total: number) => void) | undefined;
}

/** One shard of the job in a folder. */
export interface ShardOfJob {
  readonly dir: string;
  readonly job: Job;
  /** Counted from 0. */
  readonly shard: number;
}

/**
 * Estimates the images of a shard that have no result yet, into a new segment. A run that is killed loses only the
 * image it was estimating; the next run continues.
 * @throws JobError for a missing manifest; the error of the file system when results cannot be written
 */
export async function runShard(
  engine: Engine,
  { dir, job, shard }: ShardOfJob,
  options: RunOptions = {},
): Promise<ShardRun> {
  const began = performance.now();
  const entries: ManifestEntry[] = [];
  for await (const entry of readShard(dir, job, shard)) entries.push(entry);
  const known = await readAttempts((await listAttempts(dir)).get(shard) ?? [], true);
  const results = new Map<number, Pick<ImagePlace, 'reliability'>>();
  for (const [index, place] of known.images) if (!place.failed) results.set(index, place);
  const open = entries.filter((e) => !results.has(e.index));
  const missing = open.filter((e): e is NamedEntry => e.path !== null);
  const nameless = open.length - missing.length;
  const outcome = (ending: Ended['ending'], reason: string, estimated: number): ShardRun => ({
    ending,
    reason,
    done: results.size,
    total: entries.length,
    estimated,
    seconds: (performance.now() - began) / 1000,
  });
  if (open.length === 0 && known.ended?.ending === 'complete') return outcome('complete', 'It was complete.', 0);
  const { attempt, writer } = await beginAttempt(dir, shard);
  try {
    const begun = encodeBegun({
      attempt: attempt.number,
      host: os.hostname(),
      pid: process.pid,
      started: new Date().toISOString(),
      slurm: slurmTask(),
      detector: engine.model.detector,
    });
    await writer.append(begun.header, begun.payload);
    const index = new IndexBuilder();
    let flushed = performance.now();
    let estimated = 0;
    let failures = 0;
    let lastFailure = '';
    const files = missing.map((e) => path.join(job.root, e.path));
    for await (const event of engine.auditDataset(files, { stop: options.stop })) {
      if (event.kind !== 'image') continue;
      const { estimate } = event;
      const entry = missing[estimated++]!;
      const { header, payload } = encodeImage(rowOf(entry.index, entry.path, estimate), estimate.record ?? null);
      index.add(header, payload, await writer.append(header, payload));
      if (estimate.outcome === 'failed') {
        lastFailure = estimate.reason;
        if (++failures >= failuresInARow) break;
      } else {
        failures = 0;
        results.set(entry.index, estimate);
      }
      options.onImage?.(estimate, results.size, entries.length);
      if (performance.now() - flushed > flushMs) {
        await writer.flush();
        flushed = performance.now();
      }
    }
    const left = entries.length - results.size;
    const run =
      left === 0
        ? outcome('complete', 'All images have results.', estimated)
        : options.stop?.aborted
          ? outcome('stopped', `Stopped by a signal; ${left} images are left.`, estimated)
          : outcome('failed', lastFailure || reasonOf(left, nameless), estimated);
    const ended = encodeEnded({
      indexBytes: await index.append(writer),
      ending: run.ending,
      reason: run.reason,
      done: run.done,
      byReliability: countLevels(results.values()),
      seconds: run.seconds,
    });
    await writer.append(ended.header, ended.payload);
    return run;
  } finally {
    await writer.close();
  }
}

/** Why images are left although the engine failed on none. */
const reasonOf = (left: number, nameless: number): string =>
  nameless > 0
    ? `${nameless} ${nameless === 1 ? 'image cannot' : 'images cannot'} be estimated: ${nameless === 1 ? 'its line' : 'their lines'} of the manifest ${nameless === 1 ? 'is' : 'are'} damaged. Plan a new job for the folder.`
    : `${left} images have no result.`;

function slurmTask() {
  const { SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: task } = process.env;
  return job !== undefined && task !== undefined ? { job, task } : null;
}
