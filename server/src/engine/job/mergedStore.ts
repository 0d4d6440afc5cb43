import fs from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../files/replaceFile';
import { SegmentWriter } from '../store/segmentWriter';
import { countLevels } from '../../protocol/levels';
import { encodeEnded } from './frames';
import { IndexBuilder } from './indexFrame';
import { jobFiles, type Job } from './job';
import { mergeFrames, type MissingImage } from './mergeJob';

export interface Merged {
  readonly images: number;
  readonly byReliability: Readonly<Record<string, number>>;
}

/**
 * Copies all results of a job in the order of its images into one segment, JOB/merged.segment, which replaces an earlier one
 * when it is complete.
 * @param missing called with each image that has no result
 */
export async function writeMerged(dir: string, job: Job, missing: (image: MissingImage) => void): Promise<Merged> {
  await removeLeftOver(dir);
  return replaceFile(jobFiles.merged(dir), (temporary) => copyResults(dir, job, temporary, missing));
}

/** A running merge writes more often than this. */
const abandonedMs = 10 * 60_000;

/** Deletes the temporary files of merges that were killed, which may be large. */
async function removeLeftOver(dir: string): Promise<void> {
  const prefix = `${path.basename(jobFiles.merged(dir))}.`;
  for (const name of await fs.readdir(dir)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const file = path.join(dir, name);
    const stat = await fs.stat(file).catch(() => null);
    if (stat && Date.now() - stat.mtimeMs > abandonedMs) await fs.rm(file, { force: true });
  }
}

async function copyResults(
  dir: string,
  job: Job,
  file: string,
  missing: (image: MissingImage) => void,
): Promise<Merged> {
  const writer = await SegmentWriter.create(file);
  const index = new IndexBuilder();
  const byReliability = countLevels([]);
  let images = 0;
  try {
    for await (const image of mergeFrames(dir, job)) {
      if (image.kind === 'missing') {
        missing(image);
        continue;
      }
      const { header } = image.place;
      index.add(header, image.payload, await writer.append(header, image.payload));
      byReliability[image.place.reliability]++;
      images++;
    }
    const ended = encodeEnded({
      ending: 'complete',
      reason: 'Merged.',
      done: images,
      byReliability,
      seconds: 0,
      indexBytes: await index.append(writer),
    });
    await writer.append(ended.header, ended.payload);
    await writer.flush();
  } finally {
    await writer.close();
  }
  return { images, byReliability };
}
