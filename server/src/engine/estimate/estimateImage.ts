import type { Estimate, EstimateOptions } from '../engine.types';
import type { ImageFacts } from '../image/formats/format';
import { sidecarPixelSize } from '../image/pixelSize';
import { assessRecord, type PixelSize } from './assessRecord';
import type { AssessmentContext, EngineContext } from './context';
import { measureImage } from './measureImage';
import { refusedEstimate } from './refusedEstimate';

/**
 * Measures an image, or takes its record from the cache, and assesses the record.
 * @param file path, or `path#frame`
 * @throws AbortError when cancelled; NotCached with `cachedOnly`. A bad file is an outcome, not an exception.
 */
export async function estimateImage(
  context: EngineContext,
  file: string,
  options: EstimateOptions = {},
): Promise<Estimate> {
  const began = performance.now();
  const elapsed = () => round(performance.now() - began);
  const measured = await measureImage(context, file, options);
  if (measured.kind !== 'measured') return refusedEstimate(context, file, measured, elapsed());
  const { record, decodeMs, detectMs, fromCache } = measured;
  const size = await pixelSize(context, file, record.image.facts);
  const assessed = assessRecord(context, record, size, options.explain);
  const timing = { decodeMs: round(decodeMs), detectMs: round(detectMs), totalMs: elapsed() };
  return { file, ...assessed, timing, fromCache };
}

/** From the file, else from the table beside it, else from the setting. */
async function pixelSize(
  { fallbackNmPerPixel }: AssessmentContext,
  file: string,
  { nmPerPixel, nmPerPixelSource }: ImageFacts,
): Promise<PixelSize> {
  if (nmPerPixel !== null) return { nmPerPixel, nmPerPixelSource };
  const table = await sidecarPixelSize(file);
  if (table !== null) return { nmPerPixel: table, nmPerPixelSource: 'sidecar' };
  if (fallbackNmPerPixel > 0) return { nmPerPixel: fallbackNmPerPixel, nmPerPixelSource: 'setting' };
  return { nmPerPixel: null, nmPerPixelSource: null };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
