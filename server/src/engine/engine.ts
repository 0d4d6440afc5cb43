import path from 'node:path';
import { imageFeatures } from '../core/features/imageFeatures';
import type { ReliabilityModel } from '../core/reliability/model';
import { auditDataset } from './audit/auditDataset';
import { createDetectionCache } from './cache/detectionCache';
import type { Detector } from './detector/detector';
import { createDetector } from './detector/createDetector';
import type { Engine, EngineOptions } from './engine.types';
import { estimateImage, type EngineContext } from './estimate/estimateImage';
import { JobQueue } from './jobQueue';
import { readForest } from './models/forestPackage';
import { readModelPackage } from './models/modelPackage';
import { resolveModel } from './models/modelStore';

/** Why no engine could be made, in one sentence. */
export class EngineError extends Error {
  override name = 'EngineError';
}

export const defaultThresholds = { low: 0.5, review: 0.7 };

/**
 * The only composition root. Reading the packages is cheap; the network loads at the first image.
 * @throws EngineError for a missing or wrong model or forest.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const read = await readModelPackage(await resolveModel(options.modelPath));
  if (!read.ok) throw new EngineError(read.reason);
  const { model } = read;
  // An empty path asks for the detector alone.
  const forestPath = options.forestPath ?? model.forest;
  let forest: ReliabilityModel | null = null;
  let forestId: string | null = null;
  if (forestPath) {
    const result = await readForest(forestPath);
    if (!result.ok) throw new EngineError(result.reason);
    const foreign = result.model.features.filter((name) => !imageFeatures.some((f) => f.name === name));
    if (foreign.length > 0)
      throw new EngineError(
        `The forest ${path.basename(forestPath)} takes features that are not measured here: ${foreign.join(', ')}.`,
      );
    if (result.model.detector === null)
      options.log?.('warn', `The forest ${path.basename(forestPath)} does not say which detector it was fitted on.`);
    else if (result.model.detector !== model.id)
      throw new EngineError(
        `The forest ${path.basename(forestPath)} was fitted on the detector «${result.model.detector}», not on «${model.id}».`,
      );
    forest = result.model;
    forestId = result.id;
  }
  let loading: Promise<Detector> | null = null;
  let device: Detector['device'] | null = null;
  const queue = new JobQueue();
  let warned = false;
  const context: EngineContext = {
    detectorId: model.id,
    categories: model.manifest.detector.categories,
    forest,
    forestId,
    thresholds: options.thresholds ?? defaultThresholds,
    scoreThreshold: options.scoreThreshold,
    fallbackNmPerPixel: options.fallbackNmPerPixel ?? 0,
    cache: options.cacheDir ? createDetectionCache(options.cacheDir, options.cacheMaxBytes ?? 512e6) : null,
    queue,
    warn: (message) => {
      if (!warned) options.log?.('warn', message);
      warned = true;
    },
    detector: () => {
      loading ??= createDetector(model, options.device ?? 'auto').then((d) => {
        device = d.device;
        if (d.device.notice) options.log?.('warn', d.device.notice);
        return d;
      });
      // A failed load is tried again at the next image.
      loading.catch(() => (loading = null));
      return loading;
    },
  };
  return {
    model: {
      detector: model.id,
      forest:
        forest &&
        (forest.training
          ? `${forest.training.rows} images, seed ${forest.training.seed}`
          : (forest.source?.description ?? 'imported')),
    },
    device: () => device,
    warmUp: async () => {
      const loaded = (await context.detector()).device;
      return { device: loaded.name, notice: loaded.notice };
    },
    estimateImage: (file, o) => estimateImage(context, file, o),
    auditDataset: (files, o) => auditDataset((file, p) => estimateImage(context, file, p), files, o),
    dispose: async () => {
      // Behind the jobs that still run: a session released in use would take the process down.
      const used = loading;
      if (used) await queue.add('batch', async () => (await used).dispose());
    },
  };
}
