import fs from 'node:fs/promises';
import path from 'node:path';
import type { FrameChoice } from '../audit/chooseFrames';
import type { Engine } from '../engine.types';
import { ensureFolder } from '../files/ensureFolder';
import { listAttempts } from './attempts';
import { JobError, jobFiles, writeJob, type Job } from './job';
import { listImages } from './listing';
import { readManifest, shardRanges, writeManifest, type Manifest } from './manifest';

/** Images that are estimated to measure the rate, spread over the whole set; the first one only warms the network up. */
const sampled = 5;
/** A task shorter than this costs the scheduler more than it gains. */
export const leastMinutes = 30;

export interface PlanOptions {
  /** Number of tasks, or the intended duration of one. */
  readonly shards?: number | undefined;
  readonly minutes?: number | undefined;
  /** Instead of measuring it. */
  readonly secondsPerImage?: number | undefined;
  /** Largest number of tasks of an array; null where no scheduler limits it. */
  readonly maxShards: number | null;
  readonly engine: Job['engine'];
  /** Which images of files with several; the job lists each of them. */
  readonly frames?: FrameChoice;
  readonly signal?: AbortSignal;
}

/**
 * Writes a job's manifest and divides it into shards of the intended duration.
 * @throws JobError when there is no image, the folder already contains a job or results, or a limit is exceeded; the signal's
 * reason when it is aborted; the folder is left as it was then
 */
export async function planJob(engine: Engine, root: string, dir: string, options: PlanOptions): Promise<Job> {
  if (await exists(jobFiles.job(dir))) throw new JobError(`${dir} already contains a job; choose another folder.`);
  // These results would be mistaken for results of the new job.
  if ((await listAttempts(dir)).size > 0)
    throw new JobError(`${dir} contains results of another job; choose another folder.`);
  const isNew = !(await exists(dir));
  try {
    return await plan(engine, path.resolve(root), dir, options);
  } catch (error) {
    for (const file of [jobFiles.manifest(dir), jobFiles.listing(dir)])
      await fs.rm(file, { recursive: true, force: true });
    // Only folders that are empty.
    for (const folder of [jobFiles.segments(dir), jobFiles.logs(dir), ...(isNew ? [dir] : [])])
      await fs.rmdir(folder).catch(() => undefined);
    throw error;
  }
}

async function plan(engine: Engine, root: string, dir: string, options: PlanOptions): Promise<Job> {
  await ensureFolder(dir);
  await fs.rm(jobFiles.listing(dir), { recursive: true, force: true });
  const listed = listImages(root, jobFiles.listing(dir), options.frames ?? null);
  const manifest = await writeManifest(dir, root, until(listed, options.signal));
  const { images } = manifest;
  if (images === 0) throw new JobError(`${root} contains no image.`);
  const given = options.shards !== undefined;
  const seconds = given
    ? null
    : (options.secondsPerImage ?? (await measureRate(engine, await samples(dir, root, manifest), options.signal)));
  const shards = given ? options.shards! : shardsFor(images, seconds!, options.minutes ?? 45);
  if (shards > images) throw new JobError(`There are only ${images} images for ${shards} shards.`);
  if (options.maxShards !== null && shards > options.maxShards)
    throw new JobError(
      `${shards} tasks exceed the cluster's limit of ${options.maxShards} for one array: plan longer tasks (--minutes) or fewer (--shards).`,
    );
  options.signal?.throwIfAborted();
  await ensureFolder(jobFiles.segments(dir));
  await ensureFolder(jobFiles.logs(dir));
  const job: Job = {
    schema: 'tem-gauge/job@1',
    created: new Date().toISOString(),
    root,
    images,
    secondsPerImage: seconds,
    shards: shardRanges(manifest, shards),
    engine: options.engine,
    model: { detector: engine.model.detector, forest: engine.model.forest },
  };
  await writeJob(dir, job);
  return job;
}

/** The same items; throws the signal's reason. */
async function* until<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
  for await (const item of items) {
    signal?.throwIfAborted();
    yield item;
  }
}

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

/** Tasks of about `minutes`, at least `leastMinutes`; one where everything takes less. */
export const shardsFor = (images: number, secondsPerImage: number, minutes: number): number =>
  Math.max(1, Math.floor((images * secondsPerImage) / (60 * Math.max(leastMinutes, minutes))));

/** Images spread evenly over the list. */
async function samples(dir: string, root: string, { images, offsets }: Manifest): Promise<string[]> {
  const step = Math.max(1, Math.floor(images / sampled));
  const out: string[] = [];
  for (let i = 0; i < images && out.length < sampled; i += step)
    for await (const { path: name } of readManifest(dir, { start: offsets[i]!, end: offsets[i + 1]! }))
      out.push(path.join(root, name));
  return out;
}

/** Mean seconds per image, without the start of the network. */
async function measureRate(engine: Engine, chosen: readonly string[], signal?: AbortSignal): Promise<number> {
  await engine.estimateImage(chosen[0]!, { priority: 'batch', signal });
  const began = performance.now();
  let n = 0;
  for await (const event of engine.auditDataset(chosen, { force: true, signal })) if (event.kind === 'image') n++;
  signal?.throwIfAborted();
  return Math.max(1e-3, (performance.now() - began) / 1000 / n);
}
