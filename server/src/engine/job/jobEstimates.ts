import path from 'node:path';
import type { Engine, Estimate } from '../engine.types';
import { readKnownTruth } from '../labels/knownTruth';
import type { Job } from './job';
import { mergeJob, type MergedImage, type MissingImage } from './mergeJob';

/** Object that `audit --json` prints for an image: the estimate, and the true F1 (null without usable labels). */
export interface JobEstimate {
  readonly kind: 'estimate';
  readonly estimate: Estimate;
  readonly trueF1: number | null;
}

/** Estimates of a job in the order of its images, assessed from the stored records: no file is opened. */
export async function* jobEstimates(
  engine: Engine,
  dir: string,
  job: Job,
): AsyncGenerator<JobEstimate | MissingImage, void, void> {
  const known = await readKnownTruth(job.root, engine.model.categories);
  for await (const image of mergeJob(dir, job)) {
    if (image.kind === 'missing') {
      yield image;
      continue;
    }
    const estimate = estimateOf(engine, job.root, image);
    yield { kind: 'estimate', estimate, trueF1: await known.trueF1(estimate) };
  }
}

/** The estimate of a stored result. */
export function estimateOf(
  engine: Engine,
  root: string,
  { row, record }: Pick<MergedImage, 'row' | 'record'>,
): Estimate {
  const { outcome, reason } = row;
  const kind = outcome === 'unreadable' || outcome === 'unsupported' ? outcome : 'failed';
  return engine.assess(path.join(root, row.path), record ?? { kind, reason }, row);
}
