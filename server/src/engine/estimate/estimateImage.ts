import type { Estimate, EstimateOptions } from '../engine.types';
import type { ImageFacts } from '../image/formats/format';
import { folderSizes } from '../image/folderSizes';
import { resolvePixelSize, type ResolvedPixelSize } from '../image/resolvePixelSize';
import { resolveThickness, type KnownThickness } from '../image/resolveThickness';
import { assessCandidates, assessRecord, type AssessedCandidates, type MeasuredCandidates } from './assessRecord';
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
  let scale: Promise<[ResolvedPixelSize, KnownThickness | null]> | undefined;
  // Looked for while the network runs.
  const onOpen = (facts: ImageFacts) => {
    // One look at the table for both.
    const { beside = folderSizes() } = options;
    scale = Promise.all([
      resolvePixelSize(file, facts, context.fallbackNmPerPixel, { onProblem: context.warn, beside }),
      resolveThickness(file, facts, beside),
    ]);
    // Awaited only if the image can be measured.
    scale.catch(() => undefined);
  };
  let early: AssessedCandidates | undefined;
  const onCandidates = (measured: MeasuredCandidates) => {
    early = assessCandidates(context, measured, options.explain);
  };
  const measured = await measureImage(context, file, { ...options, onOpen, onCandidates });
  if (measured.kind !== 'measured') return refusedEstimate(context, file, measured, elapsed());
  const { record, decodeMs, detectMs, fromCache } = measured;
  if (!scale) onOpen(record.image.facts);
  if (early?.candidateFeatures !== record.candidateFeatures) onCandidates(record);
  const [size, thickness] = await scale!;
  const assessed = assessRecord(context, record, size, early!);
  const image = assessed.image && { ...assessed.image, ...thickness };
  const timing = { decodeMs: round(decodeMs), detectMs: round(detectMs), totalMs: elapsed() };
  return { file, ...assessed, image, timing, fromCache };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
