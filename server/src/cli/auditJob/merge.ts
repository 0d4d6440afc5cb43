import path from 'node:path';
import { plural } from '../../core/text/plural';
import { toEstimateDto } from '../../engine/estimate/estimateDto';
import { checkOutputFile } from '../../engine/files/checkOutput';
import { replaceFile } from '../../engine/files/replaceFile';
import { ParquetRows } from '../../engine/job/parquetRows';
import { jobFiles, readJob, shardOf, type Job } from '../../engine/job/job';
import { arrayRanges } from '../../engine/job/jobStatus';
import { writeMerged } from '../../engine/job/mergedStore';
import { csvHeader, csvRow } from '../../engine/job/exportRows';
import { imageName } from '../../engine/job/manifest';
import { mergeJob, type MissingImage } from '../../engine/job/mergeJob';
import { jobEngine } from '../../engine/job/jobEngine';
import { jobEstimates } from '../../engine/job/jobEstimates';
import { exitCodes, log, text, type CommandInput } from '../command';
import { printLine, printText } from '../output';
import { levels } from './status';
import { oneFolder, type Subcommand } from './subcommand';

/** Number of missing images that are listed by name. */
const named = 20;

export const merge: Subcommand = {
  usage: 'merge JOB [--json [--masks] [--candidates] | --csv | --parquet FILE] [--allow-missing]',
  options: ['json', 'csv', 'parquet', 'masks', 'candidates', 'allow-missing'],
  async run(input) {
    const dir = path.resolve(oneFolder(input, this.usage));
    const { values } = input;
    const job = await readJob(dir);
    let missing = 0;
    const shards = new Set<number>();
    const report = (image: MissingImage) => {
      shards.add(shardOf(job, image.entry.index));
      if (missing++ < named) console.error(`tem-gauge: ${imageName(image.entry)} is missing: ${image.reason}.`);
    };
    const parquet = text(values, 'parquet');
    if (parquet !== undefined) {
      await checkOutputFile(parquet);
      await writeParquet(dir, job, parquet, report);
      console.error(`Written: ${path.resolve(parquet)}`);
    } else if (values.csv) await printTable(dir, job, report);
    else if (values.json) await printLines(dir, job, values, report);
    else {
      const merged = await writeMerged(dir, job, report);
      console.log(`${merged.images} of ${plural(job.images, 'image')}; ${levels(merged.byReliability)}`);
      console.log(`Merged: ${jobFiles.merged(dir)}`);
    }
    if (missing === 0) return exitCodes.fine;
    if (missing > named)
      console.error(`tem-gauge: ${plural(missing - named, 'more image is', 'more images are')} missing.`);
    const again = arrayRanges([...shards].sort((a, b) => a - b));
    console.error(`tem-gauge: shards to run again: ${again} (audit run, or audit status --verify --resubmit)`);
    return values['allow-missing'] ? exitCodes.fine : exitCodes.findings;
  },
};

/** The lines of `audit --json`, from the records and without pixels. */
async function printLines(
  dir: string,
  job: Job,
  { masks, candidates }: CommandInput['values'],
  report: (image: MissingImage) => void,
): Promise<void> {
  const engine = await jobEngine(job, { log });
  try {
    for await (const image of jobEstimates(engine, dir, job)) {
      if (image.kind === 'missing') report(image);
      else {
        const dto = toEstimateDto(image.estimate, masks === true, candidates === true);
        await printLine(JSON.stringify({ ...dto, trueF1: image.trueF1 }));
      }
    }
  } finally {
    await engine.dispose();
  }
}

/** One row per image, for spreadsheets and pandas. */
async function printTable(dir: string, job: Job, report: (image: MissingImage) => void): Promise<void> {
  await printText(csvHeader());
  for await (const image of mergeJob(dir, job))
    if (image.kind === 'missing') report(image);
    else await printText(csvRow(image.row));
}

/** The same rows as a Parquet file. */
async function writeParquet(dir: string, job: Job, file: string, report: (image: MissingImage) => void): Promise<void> {
  await replaceFile(path.resolve(file), async (temporary) => {
    const rows = new ParquetRows(temporary);
    for await (const image of mergeJob(dir, job))
      if (image.kind === 'missing') report(image);
      else await rows.add(image.row);
    await rows.close();
  });
}
