import type { Estimate, EstimateOptions } from '../engine.types';
import { resolvePixelSize } from '../image/resolvePixelSize';
import { assessRecord } from './assessRecord';
import type { EngineContext } from './context';
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
  const size = await resolvePixelSize(file, record.image.facts, context.fallbackNmPerPixel, {
    onProblem: context.warn,
    beside: options.beside,
  });
  const assessed = assessRecord(context, record, size, options.explain);
  const timing = { decodeMs: round(decodeMs), detectMs: round(detectMs), totalMs: elapsed() };
  return { file, ...assessed, timing, fromCache };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
