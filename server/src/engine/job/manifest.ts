import fs from 'node:fs/promises';
import path from 'node:path';
import readline from 'node:readline';
import { z } from 'zod';
import { imageRef } from '../image/openImage';
import { JobError, jobFiles, type Job } from './job';

const lineSchema = z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() });

/** One image of a job. */
export interface ManifestEntry {
  /** Position in the whole job, from 0. */
  readonly index: number;
  /** Relative to the job's root. */
  readonly path: string;
  /** Bytes and modification time when the job was planned. */
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Writes the list of images once, one line each.
 * @returns the byte offset of each shard's first line; shards are consecutive and of equal size but for the last ones
 */
export async function writeManifest(
  dir: string,
  root: string,
  files: readonly string[],
  shards: number,
): Promise<Job['shards']> {
  const handle = await fs.open(jobFiles.manifest(dir), 'w');
  const out: Job['shards'] = [];
  let offset = 0;
  try {
    for (let shard = 0; shard < shards; shard++) {
      const first = Math.floor((files.length * shard) / shards);
      const end = Math.floor((files.length * (shard + 1)) / shards);
      out.push({ first, count: end - first, offset });
      // In pieces, so that a million names do not lie in memory twice.
      for (let from = first; from < end; from += 1000) {
        const lines = await Promise.all(files.slice(from, Math.min(end, from + 1000)).map((f) => line(root, f)));
        const bytes = Buffer.from(lines.join(''));
        await handle.writeFile(bytes);
        offset += bytes.length;
      }
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return out;
}

async function line(root: string, file: string): Promise<string> {
  const stat = await fs.stat((await imageRef(file)).file).catch(() => null);
  return JSON.stringify({ path: path.relative(root, file), size: stat?.size ?? 0, mtimeMs: stat?.mtimeMs ?? 0 }) + '\n';
}

/** The images of one shard. @throws JobError when the manifest does not contain them */
export async function* readShard(dir: string, job: Job, shard: number): AsyncGenerator<ManifestEntry, void, void> {
  const range = job.shards[shard];
  if (!range) throw new JobError(`The job has shards 0 to ${job.shards.length - 1}; there is no shard ${shard}.`);
  const file = jobFiles.manifest(dir);
  const handle = await fs.open(file, 'r').catch(() => {
    throw new JobError(`The manifest ${file} is missing.`);
  });
  let index = range.first;
  const end = range.first + range.count;
  try {
    const lines = readline.createInterface({
      input: handle.createReadStream({ start: range.offset, autoClose: false }),
      crlfDelay: Infinity,
    });
    for await (const text of lines) {
      if (index === end) break;
      yield { index: index++, ...parseLine(text, file) };
    }
    lines.close();
  } finally {
    await handle.close();
  }
  if (index < end) throw new JobError(`The manifest ${file} is cut short: image ${index} is missing.`);
}

function parseLine(text: string, file: string) {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    throw new JobError(`The manifest ${file} is damaged.`);
  }
}
