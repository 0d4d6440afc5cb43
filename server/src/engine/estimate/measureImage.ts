import { setImmediate } from 'node:timers/promises';
import { imageStatistics } from '../../core/applicability/imageStatistics';
import { candidateFeatures } from '../../core/calibration/candidateFeatures';
import type { Candidates } from '../../core/detection/candidates';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import type { Raster, Raster8 } from '../../core/image/raster';
import { imageStampOf } from '../cache/imageStamp';
import type { EstimateOptions } from '../engine.types';
import { systemFault } from '../files/systemFault';
import { decodeOpened, imageRef, openImage, type DecodedImage } from '../image/openImage';
import {
  contentKey,
  currentVersions,
  isCurrent,
  type MeasurementRecord,
  type NotMeasured,
} from '../measurement/record';
import { acceptCandidates } from './acceptCandidates';
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

/**
 * The record of an image: from the cache, or by decoding it and running the network. In batches and with `cachedOnly`,
 * a file with a known path, size and modification time is not opened.
 * @param file path, or `path#frame`
 * @throws AbortError when cancelled; NotCached with `cachedOnly`. A bad file is a result, not an exception.
 */
export async function measureImage(
  context: EngineContext,
  file: string,
  options: EstimateOptions = {},
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
    options.signal?.throwIfAborted();
    // What is computed here runs while the network's process works.
    const [detected, statistics] = await Promise.all([
      cached ? { candidates: cached.candidates, features: null, detectMs: 0 } : detect(context, decoded.image, options),
      setImmediate().then(() => imageStatistics(decoded.image)),
      quietly(context, () => context.thumbnails.keep(imageKey, decoded.image)),
    ]);
    if (detected instanceof Error)
      return { kind: 'failed', reason: `The detector failed: ${detected.message.split('\n')[0]!.slice(0, 200)}` };
    const record = recordOf(decoded, { key, imageKey, statistics }, detected);
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
async function detect(context: EngineContext, image: Raster, options: EstimateOptions): Promise<Detected | Error> {
  const gray = toGray8(toRaster8(image));
  let shown: { boxes: Float32Array; features: Float32Array } | null = null;
  return context.queue.add(
    options.priority ?? 'interactive',
    async () => {
      const detector = await context.detector();
      const start = performance.now();
      try {
        const candidates = await detector.detect(image, {
          signal: options.signal,
          onTile: options.onTile,
          select: (c) => {
            shown = { boxes: c.boxes, features: candidateFeatures(c, gray) };
            return acceptCandidates(context, c, shown.features).accepted;
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

function recordOf(
  d: DecodedImage,
  { key, imageKey, statistics }: { readonly key: string; readonly imageKey: string; readonly statistics: Float64Array },
  { candidates, features }: Detected,
): MeasurementRecord {
  const { image, facts, frame, frames, format } = d;
  const gray = (): Raster8 => toGray8(toRaster8(image));
  return {
    contentKey: key,
    imageKey,
    image: { width: image.width, height: image.height, bitDepth: image.bitDepth, frame, frames, format, facts },
    candidates,
    candidateFeatures: features ?? candidateFeatures(candidates, gray()),
    imageStatistics: statistics,
    versions: currentVersions,
  };
}

/** A cache that cannot be written only costs time at the next estimate. */
async function quietly(context: EngineContext, write: () => Promise<void>): Promise<void> {
  if (!context.cache) return;
  await write().catch((error: Error) => context.warn(`Measurements could not be cached: ${systemFault(error)}.`));
}
