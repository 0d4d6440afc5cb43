import { imageStatistics } from '../../core/applicability/imageStatistics';
import { candidateFeatures } from '../../core/calibration/candidateFeatures';
import type { Candidates } from '../../core/detection/candidates';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import type { Raster8 } from '../../core/image/raster';
import { imageStampOf } from '../cache/imageStamp';
import type { DetectOptions } from '../detector/detector';
import type { EstimateOptions } from '../engine.types';
import { systemFault } from '../files/systemFault';
import type { ImageFacts } from '../image/formats/format';
import { decodeOpened, imageRef, openImage, type DecodedImage } from '../image/openImage';
import {
  contentKey,
  currentVersions,
  isCurrent,
  type MeasurementRecord,
  type NotMeasured,
} from '../measurement/record';
import type { MeasuredCandidates } from './assessRecord';
import type { EngineContext } from './context';

/** Thrown with `cachedOnly` when the cache does not contain the image. */
export class NotCached extends Error {
  override name = 'NotCached';
}

export interface Measured {
  readonly kind: 'measured';
  readonly record: MeasurementRecord;
  readonly fromCache: boolean;
  /** Reading and decoding. */
  readonly decodeMs: number;
  /** The network; zero when the candidates came from the cache. */
  readonly detectMs: number;
}

export interface MeasureOptions extends EstimateOptions {
  /** Called before the network runs, with what the file says of the image; not called for a record from the cache. */
  readonly onOpen?: ((facts: ImageFacts) => void) | undefined;
  /** Called while the network computes the masks; not called for a record from the cache. */
  readonly onCandidates?: ((measured: MeasuredCandidates) => void) | undefined;
}

/**
 * The record of an image: from the cache, or by decoding it and running the network. In batches and with `cachedOnly`,
 * a file with a known path, size and modification time is not opened.
 * @param file path, or `path#frame`
 * @throws AbortError when cancelled; NotCached with `cachedOnly`. A bad file is a result, not an exception.
 */
export async function measureImage(
  context: EngineContext,
  file: string,
  options: MeasureOptions = {},
): Promise<Measured | NotMeasured> {
  const began = performance.now();
  const cache = options.force ? null : context.cache;
  const ref = await imageRef(file);
  const stamp = context.cache ? (options.stamp ?? (await imageStampOf(ref))) : null;
  const known = (record: MeasurementRecord): Measured => ({
    kind: 'measured',
    record,
    fromCache: true,
    decodeMs: performance.now() - began,
    detectMs: 0,
  });
  if (cache && stamp && !options.verify && (options.priority === 'batch' || options.cachedOnly)) {
    const imageKey = await cache.imageKeyOf(stamp);
    const record = imageKey && (await cache.get(contentKey(imageKey, context.detectorId)));
    if (record && isCurrent(record)) return known(record);
  }
  const open = await openImage(ref);
  if (open.kind !== 'open') return open;
  try {
    const imageKey = await open.key();
    const key = contentKey(imageKey, context.detectorId);
    const cached = (await cache?.get(key)) ?? null;
    options.signal?.throwIfAborted();
    if (stamp) await quietly(context, () => context.cache!.remember(stamp, imageKey));
    if (cached && isCurrent(cached)) return known(cached);
    if (!cached && options.cachedOnly) throw new NotCached(file);
    const decoded = await decodeOpened(open);
    if (decoded.kind !== 'image') return decoded;
    const decodeMs = performance.now() - began;
    options.onOpen?.(decoded.facts);
    options.signal?.throwIfAborted();
    const eight = toRaster8(decoded.image);
    let statistics: Float64Array | undefined;
    // Then a core is free. Before, they would delay the transfer of the image to the network's process.
    const onRan = () => (statistics ??= imageStatistics(eight));
    const onCandidates = (candidates: Candidates, features: Float32Array) => {
      if (statistics) options.onCandidates?.({ candidates, candidateFeatures: features, imageStatistics: statistics });
    };
    const [detected] = await Promise.all([
      cached
        ? { candidates: cached.candidates, features: null, detectMs: 0 }
        : detect(context, eight, { ...options, onRan, onCandidates }),
      quietly(context, () => context.thumbnails.keep(imageKey, eight)),
    ]);
    if (detected instanceof Error)
      return { kind: 'failed', reason: `The detector failed: ${detected.message.split('\n')[0]!.slice(0, 200)}` };
    const record = recordOf(decoded, {
      contentKey: key,
      imageKey,
      candidates: detected.candidates,
      candidateFeatures: detected.features ?? candidateFeatures(detected.candidates, toGray8(eight)),
      imageStatistics: statistics ?? imageStatistics(eight),
    });
    await quietly(context, () => context.cache!.set(record));
    return { kind: 'measured', record, fromCache: cached !== null, decodeMs, detectMs: detected.detectMs };
  } finally {
    await open.close();
  }
}

interface Detected {
  readonly candidates: Candidates;
  /** Features of these candidates, if they were already measured. */
  readonly features: Float32Array | null;
  readonly detectMs: number;
}

/** Runs the network when the queue allows it. A failure that is not a cancellation is returned. */
async function detect(
  context: EngineContext,
  image: Raster8,
  options: EstimateOptions &
    Pick<DetectOptions, 'onRan'> & { readonly onCandidates: (c: Candidates, features: Float32Array) => void },
): Promise<Detected | Error> {
  const gray = toGray8(image);
  let shown: { boxes: Float32Array; features: Float32Array } | null = null;
  return context.queue.add(
    options.priority ?? 'interactive',
    async () => {
      const detector = await context.detector();
      const start = performance.now();
      try {
        const candidates = await detector.detect(image, {
          signal: options.signal,
          onRan: options.onRan,
          onTile: options.onTile,
          onCandidates: (c, features) => {
            shown = { boxes: c.boxes, features };
            options.onCandidates(c, features);
          },
        });
        // Only for an image that was not tiled are the final candidates those for which features were measured.
        const features = shown && equal(shown, candidates) ? shown.features : candidateFeatures(candidates, gray);
        return { candidates, features, detectMs: performance.now() - start };
      } catch (error) {
        if (options.signal?.aborted) throw error;
        return error as Error;
      }
    },
    options.signal,
  );
}

const equal = (a: { readonly boxes: Float32Array }, b: { readonly boxes: Float32Array }): boolean =>
  a.boxes.length === b.boxes.length && a.boxes.every((v, i) => v === b.boxes[i]);

function recordOf(d: DecodedImage, measured: Omit<MeasurementRecord, 'image' | 'versions'>): MeasurementRecord {
  const { image, facts, frame, frames, format } = d;
  const { width, height, bitDepth } = image;
  return { ...measured, image: { width, height, bitDepth, frame, frames, format, facts }, versions: currentVersions };
}

/** A cache that cannot be written only costs time at the next estimate. */
async function quietly(context: EngineContext, write: () => Promise<void>): Promise<void> {
  if (!context.cache) return;
  await write().catch((error: Error) => context.warn(`Measurements could not be cached: ${systemFault(error)}.`));
}
