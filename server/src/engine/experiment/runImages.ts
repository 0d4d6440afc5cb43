import path from 'node:path';
import type { Engine, Estimate } from '../engine.types';
import { findImages } from '../audit/findImages';
import { degradeImages } from './degradeImages';
import type { ImageExperiment } from './experiments';
import { degradationResult } from './figures/degradation';
import { iouThresholdResult, outOfDomainResult } from './figures/images';
import { measureStudyImages, studyImages, type MeasuredStudyImage } from './imageRows';
import type { ExperimentResult } from './result';

/** Largest number of images for `degradation`, which estimates each 24 times. */
const mostDegraded = 40;

export interface ImageRunOptions {
  readonly experiments: readonly ImageExperiment[];
  /** Folder of images that are not micrographs; without it `out-of-domain` is left out. */
  readonly outOfDomain?: string | undefined;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** Estimates a folder of labelled images. @throws LabelError without usable labels */
export async function measureFolder(
  engine: Engine,
  folder: string,
  options: Pick<ImageRunOptions, 'signal' | 'onProgress'>,
) {
  const { images, problems, notes } = await studyImages(folder, engine.model.categories);
  const said = [...notes, ...problems];
  const measured: MeasuredStudyImage[] = [];
  for await (const m of measureStudyImages(engine, images, { signal: options.signal, problem: (s) => said.push(s) })) {
    measured.push(m);
    options.onProgress?.('images', measured.length, images.length);
  }
  const empty = measured.filter((m) => m.estimate.instances?.scores.length === 0).length;
  if (empty > 0) said.push(`${empty} of ${measured.length} images have no detections and so no row of features.`);
  return { measured, notes: said };
}

/** Runs the experiments that require the images. @throws the signal's reason when it is aborted */
export async function runImageExperiments(
  engine: Engine,
  measured: readonly MeasuredStudyImage[],
  options: ImageRunOptions,
): Promise<ExperimentResult[]> {
  const out: ExperimentResult[] = [];
  for (const name of options.experiments) {
    options.signal?.throwIfAborted();
    if (name === 'iou-threshold') out.push(iouThresholdResult(measured));
    if (name === 'degradation') {
      const found = await degradeImages(engine, measured, {
        most: mostDegraded,
        seed: options.seed,
        signal: options.signal,
        onImage: (done, total) => options.onProgress?.(name, done, total),
      });
      out.push(degradationResult(found));
    }
    if (name === 'out-of-domain' && options.outOfDomain !== undefined) {
      const { files } = await findImages([options.outOfDomain]);
      if (files.length === 0) throw new RangeError(`${path.basename(options.outOfDomain)} has no images.`);
      const estimates: Estimate[] = [];
      for await (const event of engine.auditDataset(files, options.signal ? { signal: options.signal } : {})) {
        if (event.kind !== 'image') continue;
        if (event.estimate.instances) estimates.push(event.estimate);
        options.onProgress?.(name, event.done, event.total);
      }
      options.signal?.throwIfAborted();
      out.push(outOfDomainResult(estimates));
    }
  }
  return out;
}
