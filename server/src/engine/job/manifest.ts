import fs from 'node:fs/promises';
import path from 'node:path';
import { openIfRegular } from '../files/readRegularFile';
import { linesOf } from '../files/linesOf';
import { sealJson, unsealJson } from '../files/sealedJson';
import { imageRef } from '../image/openImage';
import { JobError, jobFiles, type Job } from './job';

/** One image of a job. */
export interface ManifestEntry {
  /** Position in the whole job, from 0. */
  readonly index: number;
  /** Relative to the job's root; null where the line of the image is damaged. */
  readonly path: string | null;
}

export type NamedEntry = ManifestEntry & { readonly path: string };

/** Number of images whose size and time are requested at the same time. */
const atOnce = 256;

/** The written list of images. */
export interface Manifest {
  readonly images: number;
  /** Where the line of each image begins, in bytes, and at last where the list ends. */
  readonly offsets: Float64Array;
}

/**
 * Writes the list of images once, one sealed line each, with its position: so that neither a damaged line nor a lost line
 * break moves the images behind it.
 * @param files absolute paths in their order
 */
export async function writeManifest(
  dir: string,
  root: string,
  files: AsyncIterable<string> | Iterable<string>,
): Promise<Manifest> {
  const handle = await fs.open(jobFiles.manifest(dir), 'w');
  let offsets = new Float64Array(1024);
  let [images, offset] = [0, 0];
  let batch: string[] = [];
  const write = async () => {
    const lines = await Promise.all(batch.map((file, i) => lineOf(root, file, images + i)));
    batch = [];
    if (images + lines.length >= offsets.length) {
      const longer = new Float64Array(2 * offsets.length);
      longer.set(offsets);
      offsets = longer;
    }
    for (const line of lines) {
      offsets[images++] = offset;
      offset += line.length;
    }
    await handle.writeFile(Buffer.concat(lines));
  };
  try {
    for await (const file of files) if (batch.push(file) === atOnce) await write();
    await write();
    await handle.datasync();
  } finally {
    await handle.close();
  }
  offsets[images] = offset;
  return { images, offsets: offsets.subarray(0, images + 1) };
}

async function lineOf(root: string, file: string, index: number): Promise<Buffer> {
  const stat = await fs.stat((await imageRef(file)).file).catch(() => null);
  const entry = { index, path: path.relative(root, file), size: stat?.size ?? 0, mtimeMs: stat?.mtimeMs ?? 0 };
  return Buffer.from(`${sealJson(entry)}\n`);
}

/** Consecutive shards of a list, of equal size but for one image. */
export const shardRanges = ({ images, offsets }: Manifest, shards: number): Job['shards'] =>
  Array.from({ length: shards }, (_, shard) => {
    const first = Math.floor((images * shard) / shards);
    const end = Math.floor((images * (shard + 1)) / shards);
    return { first, count: end - first, offset: offsets[first]! };
  });

/** Null for a damaged line. */
export function parseLine(text: string): NamedEntry | null {
  const line = unsealJson(text);
  // The checksum excludes damage; a schema would take most of the time of a million lines.
  if (!line || typeof line.index !== 'number' || typeof line.path !== 'string') return null;
  return { index: line.index, path: line.path };
}

/**
 * Whole lines of a manifest, in the order of the file; damaged ones are left out.
 * @param range bytes [start, end); `end` may be Infinity
 * @throws JobError if the manifest is missing
 */
export async function* readManifest(
  dir: string,
  range: { readonly start: number; readonly end: number },
): AsyncGenerator<{ readonly index: number; readonly path: string; readonly at: number; readonly end: number }> {
  const file = jobFiles.manifest(dir);
  const handle = await openIfRegular(file);
  if (!handle) throw new JobError(`The manifest ${file} is missing or cannot be read.`);
  try {
    for await (const { text, at, end } of linesOf(handle, range)) {
      const line = parseLine(text);
      if (line) yield { index: line.index, path: line.path, at, end };
    }
  } finally {
    await handle.close();
  }
}

/**
 * The images of one shard in their order, each once. One whose line is damaged or cut off has no path.
 * @throws JobError when there is no such shard, or no manifest
 */
export async function* readShard(dir: string, job: Job, shard: number): AsyncGenerator<ManifestEntry, void, void> {
  const range = job.shards[shard];
  if (!range) throw new JobError(`The job has shards 0 to ${job.shards.length - 1}; there is no shard ${shard}.`);
  const bytes = { start: range.offset, end: job.shards[shard + 1]?.offset ?? Infinity };
  let next = range.first;
  const end = range.first + range.count;
  for await (const { index, path } of readManifest(dir, bytes)) {
    if (index < next || index >= end) continue;
    while (next < index) yield { index: next++, path: null };
    yield { index: next++, path };
  }
  while (next < end) yield { index: next++, path: null };
}

/** Text for an image whose line in the manifest is damaged. */
export const imageName = ({ index, path }: ManifestEntry): string =>
  path ?? `image ${index} (its line of the manifest is damaged)`;
