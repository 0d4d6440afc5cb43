import fs from 'node:fs/promises';
import { SegmentWriter } from '../store/segmentWriter';
import { encodeImage, summaryOf, type RowSummary } from './frames';
import { jobFiles, type Job } from './job';
import { mergeJob, type MergedImage } from './mergeJob';

/**
 * Writes all results of a job in the order of its images into one segment, JOB/merged.segment, which replaces an earlier
 * one when it is complete.
 * @param missing called with each image that has no result
 * @returns what the headers say of each image
 */
export async function writeMerged(
  dir: string,
  job: Job,
  missing: (image: MergedImage & { kind: 'missing' }) => void,
): Promise<RowSummary[]> {
  const file = jobFiles.merged(dir);
  const temporary = `${file}.tmp`;
  await fs.rm(temporary, { force: true });
  const writer = await SegmentWriter.create(temporary);
  const rows: RowSummary[] = [];
  try {
    for await (const image of mergeJob(dir, job)) {
      if (image.kind === 'missing') {
        missing(image);
        continue;
      }
      const { header, payload } = encodeImage(image.row, image.record);
      await writer.append(header, payload);
      rows.push(summaryOf(header));
    }
  } catch (error) {
    await writer.close();
    await fs.rm(temporary, { force: true });
    throw error;
  }
  await writer.close();
  await fs.rename(temporary, file);
  return rows;
}
