import fs from 'node:fs/promises';
import path from 'node:path';
import { chooseFrames, type FrameChoice } from '../audit/chooseFrames';
import { findImages } from '../audit/findImages';
import type { Engine } from '../engine.types';
import { ensureFolder } from '../files/ensureFolder';
import { JobError, jobFiles, writeJob, type Job } from './job';
import { writeManifest } from './manifest';

/** Images that are estimated to measure the rate, spread over the whole set; the first one only warms the network up. */
const sampled = 5;
/** A task shorter than this costs the scheduler more than it gains. */
export const leastMinutes = 30;

export interface PlanOptions {
  /** Number of tasks; or the duration that one is to have. */
  readonly shards?: number | undefined;
  readonly minutes?: number | undefined;
  /** Instead of measuring it. */
  readonly secondsPerImage?: number | undefined;
  /** Largest number of tasks of an array; null where no scheduler limits it. */
  readonly maxShards: number | null;
  readonly engine: Job['engine'];
  /** Which images of files with several; the job lists each of them. */
  readonly frames?: FrameChoice;
}

/**
 * Writes a job's manifest and divides it into shards of the wished duration.
 * @throws JobError when there is no image, the folder already contains a job, or a limit is exceeded
 */
export async function planJob(engine: Engine, root: string, dir: string, options: PlanOptions): Promise<Job> {
  const taken = await fs.access(jobFiles.job(dir)).then(
    () => true,
    () => false,
  );
  if (taken) throw new JobError(`${dir} already contains a job; choose another folder.`);
  const folder = path.resolve(root);
  const found = await findImages([folder]);
  if (found.files.length === 0) throw new JobError(`${root} contains no image.`);
  const files = await chooseFrames(found.files, options.frames ?? null);
  const given = options.shards !== undefined;
  const seconds = given ? null : (options.secondsPerImage ?? (await measureRate(engine, files)));
  const shards = given ? options.shards! : shardsFor(files.length, seconds!, options.minutes ?? 45);
  if (shards > files.length) throw new JobError(`There are only ${files.length} images for ${shards} shards.`);
  if (options.maxShards !== null && shards > options.maxShards)
    throw new JobError(
      `${shards} tasks exceed the cluster's limit of ${options.maxShards} for one array: plan longer tasks (--minutes) or fewer (--shards).`,
    );
  await ensureFolder(dir);
  await ensureFolder(jobFiles.segments(dir));
  await ensureFolder(jobFiles.logs(dir));
  const job: Job = {
    schema: 'tem-gauge/job@1',
    created: new Date().toISOString(),
    root: folder,
    images: files.length,
    secondsPerImage: seconds,
    shards: await writeManifest(dir, folder, files, shards),
    engine: options.engine,
    model: { detector: engine.model.detector, forest: engine.model.forest },
  };
  await writeJob(dir, job);
  return job;
}

/** Tasks of about `minutes`, at least `leastMinutes`; one where everything takes less. */
export const shardsFor = (images: number, secondsPerImage: number, minutes: number): number =>
  Math.max(1, Math.floor((images * secondsPerImage) / (60 * Math.max(leastMinutes, minutes))));

/** Mean seconds per image, without the start of the network. */
async function measureRate(engine: Engine, files: readonly string[]): Promise<number> {
  const step = Math.max(1, Math.floor(files.length / sampled));
  const chosen = files.filter((_, i) => i % step === 0).slice(0, sampled);
  await engine.estimateImage(chosen[0]!, { priority: 'batch' });
  const began = performance.now();
  let n = 0;
  for await (const event of engine.auditDataset(chosen, { force: true })) if (event.kind === 'image') n++;
  return Math.max(1e-3, (performance.now() - began) / 1000 / n);
}
