import path from 'node:path';
import { toEstimateDto } from '../../engine/estimate/estimateDto';
import type { Engine, Estimate } from '../../engine/engine.types';
import { jobFiles, readJob, type Job } from '../../engine/job/job';
import { writeMerged } from '../../engine/job/mergedStore';
import { csvHeader, csvRow } from '../../engine/job/exportRows';
import { mergeJob, type MergedImage, type MissingImage } from '../../engine/job/mergeJob';
import { readKnownTruth } from '../../engine/labels/knownTruth';
import { exitCodes } from '../command';
import { jobEngine } from './engine';
import { levels } from './status';
import { oneFolder, type Subcommand } from './subcommand';

/** Number of missing images that are listed by name. */
const named = 20;

export const merge: Subcommand = {
  usage: 'merge JOB [--json [--masks] [--candidates] | --csv] [--allow-missing]',
  options: ['json', 'csv', 'masks', 'candidates', 'allow-missing'],
  async run(input) {
    const dir = path.resolve(oneFolder(input, this.usage));
    const { values } = input;
    const job = await readJob(dir);
    let missing = 0;
    const report = (image: MissingImage) => {
      if (missing++ < named) console.error(`tem-gauge: ${image.entry.path} is missing: ${image.reason}.`);
    };
    if (values.csv) await printTable(dir, job, report);
    else if (values.json)
      await printLines(dir, job, { masks: values.masks === true, candidates: values.candidates === true }, report);
    else {
      const merged = await writeMerged(dir, job, report);
      console.log(`${merged.images} of ${job.images} images; ${levels(merged.byReliability)}`);
      console.log(`Merged: ${jobFiles.merged(dir)}`);
    }
    if (missing === 0) return exitCodes.fine;
    if (missing > named) console.error(`tem-gauge: ${missing - named} more images are missing.`);
    return values['allow-missing'] ? exitCodes.fine : exitCodes.findings;
  },
};

/** The lines of `audit --json`, from the records and without pixels. */
async function printLines(
  dir: string,
  job: Job,
  { masks, candidates }: { readonly masks: boolean; readonly candidates: boolean },
  report: (image: MissingImage) => void,
): Promise<void> {
  const engine = await jobEngine(job);
  try {
    const known = await readKnownTruth(job.root, engine.model.categories);
    for await (const image of mergeJob(dir, job)) {
      if (image.kind === 'missing') {
        report(image);
        continue;
      }
      const estimate = estimateOf(engine, job, image);
      const line = JSON.stringify({
        ...toEstimateDto(estimate, masks, candidates),
        trueF1: await known.trueF1(estimate),
      });
      await print(line + '\n');
    }
  } finally {
    await engine.dispose();
  }
}

/** One row per image, for spreadsheets and pandas. */
async function printTable(dir: string, job: Job, report: (image: MissingImage) => void): Promise<void> {
  await print(csvHeader());
  for await (const image of mergeJob(dir, job))
    if (image.kind === 'missing') report(image);
    else await print(csvRow(image.row));
}

/** Waits for the reader, so that output does not accumulate in memory. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

function estimateOf(engine: Engine, job: Job, { row, record }: MergedImage): Estimate {
  const file = path.join(job.root, row.path);
  const { outcome, reason } = row;
  const kind = outcome === 'unreadable' || outcome === 'unsupported' ? outcome : 'failed';
  return engine.assess(file, record ?? { kind, reason }, row);
}
