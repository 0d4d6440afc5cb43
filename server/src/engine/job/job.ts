import path from 'node:path';
import { z } from 'zod';
import { devices } from '../../protocol/vocabulary';
import { readRegularFile } from '../files/readRegularFile';
import { replaceContent } from '../files/replaceFile';
import { sealJson, unsealJson } from '../files/sealedJson';

/** Why a job cannot be read, planned or run, in one sentence. */
export class JobError extends Error {
  override name = 'JobError';
}

/** Bytes of the shortest line of a manifest: `{"index":0,"path":"a","crc":"9be2f0d1"}`. */
const shortestLine = 30;

/** A hundred times the largest job that was measured: without a limit, a plan with a lying number would never end. */
const mostImages = 1e8;

interface Range {
  readonly first: number;
  readonly count: number;
  readonly offset: number;
}

/** Whether shards follow each other, and the lines of each have room before the next. */
const areContiguous = (shards: readonly Range[]): boolean =>
  shards.every(({ first, count, offset }, i) => {
    if (i === 0 && (first !== 0 || offset !== 0)) return false;
    const next = shards[i + 1];
    return !next || (next.first === first + count && next.offset - offset >= count * shortestLine);
  });

const jobSchema = z
  .object({
    schema: z.literal('tem-gauge/job@1'),
    created: z.string(),
    /** Absolute folder of the images. */
    root: z.string(),
    images: z.int().positive().max(mostImages),
    /** Measured before planning; null where the number of shards was given. */
    secondsPerImage: z.number().positive().nullable(),
    /** Images from `first` on, whose lines begin at byte `offset` of the manifest. */
    shards: z.array(z.object({ first: z.int().min(0), count: z.int().positive(), offset: z.int().min(0) })).min(1),
    /** Options that affect the results; equal for all tasks. */
    engine: z.object({
      modelPath: z.string().nullable(),
      forestPath: z.string().nullable(),
      device: z.enum(devices),
      scoreThreshold: z.number().nullable(),
      fallbackNmPerPixel: z.number().nullable(),
    }),
    model: z.object({ detector: z.string(), forest: z.string().nullable() }),
  })
  .refine(
    ({ images, shards }) => areContiguous(shards) && shards.reduce((n, s) => n + s.count, 0) === images,
    'has shards that do not follow each other',
  );

/** The plan of a job, content of JOB/job.json. */
export type Job = z.infer<typeof jobSchema>;

/** Files of a job folder. Nothing is ever written per image. */
export const jobFiles = {
  job: (dir: string) => path.join(dir, 'job.json'),
  manifest: (dir: string) => path.join(dir, 'manifest.ndjson'),
  /** Temporary, while a job is planned. */
  listing: (dir: string) => path.join(dir, 'listing.tmp'),
  segments: (dir: string) => path.join(dir, 'segments'),
  logs: (dir: string) => path.join(dir, 'logs'),
  submissions: (dir: string) => path.join(dir, 'submissions.ndjson'),
  merged: (dir: string) => path.join(dir, 'merged.segment'),
};

/**
 * Reads `job.json` of a job folder.
 * @throws JobError when the folder contains no job of this version
 */
export async function readJob(dir: string): Promise<Job> {
  const file = jobFiles.job(dir);
  const text = await readRegularFile(file, { maxBytes: 256e6 }).catch(() => {
    throw new JobError(`There is no readable job in ${dir}: run "tem-gauge audit plan DIR --job ${dir}" first.`);
  });
  const json = unsealJson(text.toString('utf8').trimEnd());
  if (!json) throw new JobError(`${file} is damaged: its checksum does not fit its content.`);
  const parsed = jobSchema.safeParse(json);
  if (!parsed.success) throw new JobError(`${file} is not a job of this version of TEM Gauge.`);
  return parsed.data;
}

/** Writes job.json as the last step of planning: a folder with one is a planned job. */
export async function writeJob(dir: string, job: Job): Promise<void> {
  await replaceContent(jobFiles.job(dir), `${sealJson(job)}\n`);
}

/** The shard of an image. */
export function shardOf({ shards }: Job, image: number): number {
  const after = shards.findIndex(({ first }) => first > image);
  return (after < 0 ? shards.length : after) - 1;
}
