import path from 'node:path';
import type { Acceptance } from '../core/calibration/acceptance';
import { notFractions } from '../core/forest/valueRange';
import { imageFeatures } from '../core/features/imageFeatures';
import type { ReliabilityModel } from '../core/reliability/model';
import { auditDataset } from './audit/auditDataset';
import { countEvicted } from './audit/countEvicted';
import { estimateSource, rowSource } from './audit/rowSource';
import { defaultCacheBytes, rowFraction } from './cache/cacheSize';
import { distinct } from './distinct';
import { MeasurementCache } from './cache/measurementCache';
import { RowCache } from './cache/rowCache';
import { ThumbnailStore } from './cache/thumbnailStore';
import type { Detector, Device } from './detector/detector';
import { networksFor } from './detector/worker/affordableNetworks';
import { createDetectorPool } from './detector/worker/detectorPool';
import type { Engine, EngineOptions, Estimate, EstimateOptions } from './engine.types';
import { assessRecord } from './estimate/assessRecord';
import { acceptanceOf, type EngineContext } from './estimate/context';
import { estimateImage } from './estimate/estimateImage';
import { refusedEstimate } from './estimate/refusedEstimate';
import { detectorView } from '../core/image/detectorView';
import { JobQueue } from './jobQueue';
import { lfsSentence } from './files/lfsPointer';
import { linkSignals } from './linkSignals';
import { readForest } from './models/forestPackage';
import { readModelPackage, type ModelPackage } from './models/modelPackage';
import { isOnnxManifest, seesTiles } from './models/modelSchema';
import { embeddedModel, resolveModel } from './models/modelStore';

/** Why no engine could be created, in one sentence. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** Rejection of work after the engine was disposed; its name is AbortError, as of every cancellation. */
export class EngineClosed extends Error {
  override name = 'AbortError';

  constructor() {
    super('The engine was shut down before this was done.');
  }
}

export const defaultThresholds = { low: 0.5, review: 0.7 };

/** Loads the network of a package; replaced in tests. */
export type LoadDetector = (
  model: ModelPackage,
  device: Device,
  networks: number,
  options: { readonly log: (message: string) => void; readonly acceptance: Acceptance },
) => Promise<Detector>;

/**
 * The only composition root. Reading the packages is cheap; the network loads at the first image.
 * @throws EngineError for a missing or wrong model or forest.
 */
export async function createEngine(
  options: EngineOptions = {},
  loadDetector: LoadDetector = createDetectorPool,
): Promise<Engine> {
  const dir = await resolveModel(options.modelPath);
  const embedded = path.resolve(dir) === path.resolve(embeddedModel());
  // Only a damaged installation explains a fault of the embedded model.
  const fault = (reason: string) =>
    new EngineError(embedded && !reason.endsWith(lfsSentence) ? `${reason} Install TEM Gauge again.` : reason);
  const read = await readModelPackage(dir);
  if (!read.ok) throw fault(read.reason);
  const { model } = read;
  if (options.forestPath === undefined && embedded && !model.forest)
    throw fault(`The model in ${dir} lacks forest.json.`);
  // An empty path means the detector without a forest.
  const forestPath = options.forestPath ?? model.forest;
  let forest: ReliabilityModel | null = null;
  let forestId: string | null = null;
  if (forestPath) {
    const result = await readForest(forestPath);
    if (!result.ok) throw forestPath === model.forest ? fault(result.reason) : new EngineError(result.reason);
    const foreign = result.model.features.filter((name) => !imageFeatures.some((f) => f.name === name));
    if (foreign.length > 0)
      throw new EngineError(
        `The forest ${path.basename(forestPath)} requires features that are not measured here: ${foreign.join(', ')}.`,
      );
    const values = notFractions(result.model.forest);
    if (values) throw new EngineError(`The forest ${path.basename(forestPath)} ${values}.`);
    if (result.model.detector === null)
      options.log?.('warn', `The forest ${path.basename(forestPath)} does not contain the detector it was fitted on.`);
    else if (result.model.detector !== model.id)
      throw new EngineError(
        `The forest ${path.basename(forestPath)} was fitted on the detector "${result.model.detector}", not on "${model.id}".`,
      );
    forest = result.model;
    forestId = result.id;
  }
  let loading: Promise<Detector> | null = null;
  let device: Detector['device'] | null = null;
  const networks = networksFor(model, options);
  const wanted = typeof options.networks === 'number' ? Math.floor(options.networks) : networks;
  if (networks < wanted)
    options.log?.('warn', `There is memory for ${networks} of ${wanted} networks; ${networks === 1 ? 'one runs' : `${networks} run`}.`); // prettier-ignore
  const queue = new JobQueue(networks);
  const closing = new AbortController();
  /** Runs an estimate that ends early when its caller cancels it or when the engine is disposed. */
  const estimate = async (file: string, o: EstimateOptions = {}): Promise<Estimate> => {
    closing.signal.throwIfAborted();
    const linked = linkSignals(o.signal, closing.signal);
    try {
      return await estimateImage(context, file, { ...o, signal: linked.signal });
    } finally {
      linked.unlink();
    }
  };
  const assessor = {
    detectorId: model.id,
    forestId,
    thresholds: options.thresholds ?? defaultThresholds,
    scoreThreshold: options.scoreThreshold,
  };
  const maxBytes = options.cacheMaxBytes ?? defaultCacheBytes;
  const context: EngineContext = {
    ...assessor,
    categories: model.manifest.detector.categories,
    forest,
    fallbackNmPerPixel: options.fallbackNmPerPixel ?? 0,
    cache: options.cacheDir ? await MeasurementCache.open(options.cacheDir, (1 - rowFraction) * maxBytes) : null,
    thumbnails: new ThumbnailStore(options.cacheDir ? path.join(options.cacheDir, 'thumbnails') : null),
    rows: options.cacheDir ? RowCache.open(options.cacheDir, rowFraction * maxBytes, assessor) : null,
    queue,
    warn: distinct((message) => options.log?.('warn', message)),
    detector: () => {
      loading ??= loadDetector(model, options.device ?? 'auto', networks, {
        log: (message) => options.log?.('warn', message),
        acceptance: acceptanceOf(context),
      }).then((d) => {
        device = d.device;
        if (d.device.notice) options.log?.('warn', d.device.notice);
        return d;
      });
      // After a failure, loading is tried again at the next image.
      loading.catch(() => (loading = null));
      return loading;
    },
  };
  const evictions = { maxBytes, warn: (message: string) => options.log?.('warn', message) };
  return {
    model: {
      detector: model.id,
      categories: model.manifest.detector.categories,
      forest:
        forest &&
        (forest.training
          ? `${forest.training.rows} images, seed ${forest.training.seed}`
          : (forest.source?.description ?? 'imported')),
    },
    detectorView: (size) => {
      const { manifest } = model;
      if (isOnnxManifest(manifest)) return null;
      return detectorView(size, manifest.detector, seesTiles(manifest));
    },
    device: () => device,
    warmUp: async () => {
      const loaded = (await context.detector()).device;
      return { device: loaded.name, notice: loaded.notice };
    },
    estimateImage: estimate,
    auditDataset: (files, o) =>
      countEvicted(auditDataset(estimateSource(estimate), files, o, networks + 1), {
        ...evictions,
        cache: context.cache,
      }),
    auditRows: (files, o) =>
      countEvicted(auditDataset(rowSource(context, estimate), files, o, networks + 1), {
        ...evictions,
        cache: context.rows,
      }),
    thumbnail: (e, plan) => context.thumbnails.of(e, plan),
    assess: (file, measured, { timing, nmPerPixel, nmPerPixelSource }) =>
      'kind' in measured
        ? { ...refusedEstimate(context, file, measured, timing.totalMs), timing }
        : { file, ...assessRecord(context, measured, { nmPerPixel, nmPerPixelSource }), timing, fromCache: true },
    dispose: async () => {
      closing.abort(new EngineClosed());
      // Waits for the running job, because releasing a session in use would crash the process.
      const used = loading;
      if (used) await queue.add('batch', async () => (await used).dispose()).catch(() => undefined);
      await context.cache?.close();
      await context.rows?.close();
      await context.thumbnails.close();
    },
  };
}
