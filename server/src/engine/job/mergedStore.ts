import fs from 'node:fs/promises';
import { SegmentWriter } from '../store/segmentWriter';
import { countLevels } from './countLevels';
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
  const file = jobFiles.merged(dir);
  const temporary = `${file}.tmp`;
  await fs.rm(temporary, { force: true });
  const writer = await SegmentWriter.create(temporary);
  const byReliability = countLevels([]);
  let images = 0;
  try {
    for await (const image of mergeFrames(dir, job)) {
      if (image.kind === 'missing') {
        missing(image);
        continue;
      }
      await writer.append(image.place.header, image.payload);
      byReliability[image.place.reliability]!++;
      images++;
    }
    await writer.flush();
  } catch (error) {
    await writer.close();
    await fs.rm(temporary, { force: true });
    throw error;
  }
  await writer.close();
  await fs.rename(temporary, file);
  return { images, byReliability };
}
