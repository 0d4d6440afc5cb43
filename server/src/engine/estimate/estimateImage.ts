import { candidateFeatures } from '../../core/calibration/candidateFeatures';
import { probabilitiesOf } from '../../core/calibration/calibration';
import { bestExpectedF1 } from '../../core/calibration/operatingPoint';
import { aboveThreshold, instancesOf, type Candidates } from '../../core/detection/candidates';
import { toGray8, toRaster8 } from '../../core/image/contrast';
import type { Raster8 } from '../../core/image/raster';
import { assessmentFindings } from '../../core/findings/findings';
import { assessImage, type Thresholds } from '../../core/reliability/assess';
import { imageStatistics } from '../../core/applicability/imageStatistics';
import type { ReliabilityModel } from '../../core/reliability/model';
import type { FindingDto } from '../../protocol/types';
import { contentKey, type DetectionCache } from '../cache/detectionCache';
import type { Detector } from '../detector/detector';
import type { Estimate, EstimateOptions } from '../engine.types';
import { readImage } from '../image/openImage';
import type { ImageFacts } from '../image/formats/format';
import { sidecarPixelSize } from '../image/pixelSize';
import type { JobQueue } from '../jobQueue';

/** What the use cases share. */
export interface EngineContext {
  readonly detectorId: string;
  readonly categories: readonly string[];
  readonly forest: ReliabilityModel | null;
  readonly forestId: string | null;
  readonly thresholds: Thresholds;
  /** Score above which candidates are accepted, where the user fixed one. */
  readonly scoreThreshold: number | undefined;
  readonly fallbackNmPerPixel: number;
  readonly cache: DetectionCache | null;
  readonly queue: JobQueue;
  readonly detector: () => Promise<Detector>;
  /** Says a thing once. */
  readonly warn: (message: string) => void;
}

/** The finding of an image without an estimate. A failure of the engine is a warning: it says nothing about the image. */
const refusalFindings = {
  unreadable: { code: 'unreadable-image', severity: 'error' },
  unsupported: { code: 'unsupported-image', severity: 'error' },
  failed: { code: 'failed-estimate', severity: 'warning' },
} as const;

/** Thrown when only the cache may answer and it does not know the image. */
export class NotCached extends Error {
  override name = 'NotCached';
}

/**
 * decode → detect (or cache) → probabilities → accepted detections → features → forest → level → findings.
 * @throws AbortError when cancelled; NotCached with `cachedOnly`. A bad file is an outcome, not an exception.
 */
export async function estimateImage(
  context: EngineContext,
  file: string,
  options: EstimateOptions = {},
): Promise<Estimate> {
  const began = performance.now();
  const model = { detector: context.detectorId, forest: context.forestId };
  const refuse = (outcome: keyof typeof refusalFindings, reason: string): Estimate => ({
    file,
    outcome,
    reason,
    reasons: [reason],
    f1: null,
    interval: null,
    reliability: 'unknown',
    features: null,
    image: null,
    timing: { decodeMs: 0, detectMs: 0, totalMs: round(performance.now() - began) },
    model,
    precision: null,
    recall: null,
    publishedF1: null,
    explanation: null,
    performance: null,
    instances: null,
    rejected: null,
    candidates: null,
    candidateFeatures: null,
    imageStatistics: null,
    categories: context.categories,
    findings: [{ ...refusalFindings[outcome], message: reason }],
    imageKey: null,
    contentKey: null,
    fromCache: false,
  });
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') return refuse(decoded.kind, decoded.reason);
  const key = contentKey(decoded.key, context.detectorId);
  const { image } = decoded;
  const decodeMs = performance.now() - began;
  options.signal?.throwIfAborted();
  const cached = options.force ? null : await context.cache?.get(key);
  if (!cached && options.cachedOnly) throw new NotCached(file);
  const gray = toGray8(toRaster8(image));
  let detectMs = 0;
  let candidates = cached ?? null;
  if (!candidates) {
    const found = await context.queue.add(
      options.priority ?? 'interactive',
      async () => {
        const detector = await context.detector();
        const start = performance.now();
        const result = await detector
          .detect(image, {
            signal: options.signal,
            onTile: options.onTile,
            select: (c) => acceptCandidates(context, c, gray).accepted,
          })
          .catch((error: Error) => {
            if (options.signal?.aborted) throw error;
            return error;
          });
        detectMs = performance.now() - start;
        return result;
      },
      options.signal,
    );
    if (found instanceof Error)
      return refuse('failed', `The detector failed: ${found.message.split('\n')[0]!.slice(0, 200)}`);
    candidates = found;
  }
  // A full or forbidden cache folder costs speed the next time, never the answer.
  if (!cached)
    await context.cache
      ?.set(key, candidates)
      .catch((error: Error) => context.warn(`Detections could not be cached: ${error.message}`));
  const statistics = imageStatistics(image);
  const { accepted, probabilities, features } = acceptCandidates(context, candidates, gray, options.measure);
  const assessment = assessImage({
    candidates,
    accepted,
    probabilities,
    imageStatistics: statistics,
    model: context.forest,
    thresholds: context.thresholds,
    explain: options.explain,
  });
  const size = await pixelSize(context, file, decoded.facts);
  return {
    file,
    outcome: assessment.outcome,
    reason: assessment.reasons[0] ?? '',
    reasons: assessment.reasons,
    f1: assessment.f1,
    interval: assessment.interval,
    precision: assessment.precision,
    recall: assessment.recall,
    publishedF1: assessment.publishedF1,
    explanation: assessment.explanation,
    performance: assessment.performance,
    reliability: assessment.reliability,
    features: assessment.features,
    image: { width: image.width, height: image.height, bitDepth: image.bitDepth, ...size, ...frameOf(decoded) },
    timing: { decodeMs: round(decodeMs), detectMs: round(detectMs), totalMs: round(performance.now() - began) },
    model,
    instances: instancesOf(candidates, accepted, probabilities ?? undefined),
    rejected: instancesOf(candidates, allBut(candidates.scores.length, accepted), probabilities ?? undefined),
    candidates,
    candidateFeatures: features,
    imageStatistics: statistics,
    categories: context.categories,
    findings: [...assessmentFindings(assessment), ...scaleFinding(size.nmPerPixel)],
    imageKey: decoded.key,
    contentKey: key,
    fromCache: cached != null,
  };
}

/** Which candidates are detections: by the user's score threshold, the calibration, or the model's own threshold. */
function acceptCandidates(context: EngineContext, c: Candidates, gray: Raster8, measure = false) {
  const calibration = context.forest?.calibration;
  const features = calibration || measure ? candidateFeatures(c, gray) : null;
  const probabilities = calibration && features ? probabilitiesOf(calibration, features) : null;
  const limit = context.scoreThreshold;
  const accepted =
    limit !== undefined
      ? aboveThreshold({ ...c, scoreThreshold: limit })
      : probabilities
        ? bestExpectedF1(probabilities)
        : aboveThreshold(c);
  return { accepted, probabilities, features };
}

function allBut(n: number, indices: ArrayLike<number>): number[] {
  const inside = new Set(Array.from(indices));
  return Array.from({ length: n }, (_, i) => i).filter((i) => !inside.has(i));
}

async function pixelSize(context: EngineContext, file: string, { nmPerPixel, nmPerPixelSource }: ImageFacts) {
  if (nmPerPixel !== null) return { nmPerPixel, nmPerPixelSource };
  const table = await sidecarPixelSize(file);
  if (table !== null) return { nmPerPixel: table, nmPerPixelSource: 'sidecar' };
  if (context.fallbackNmPerPixel > 0) return { nmPerPixel: context.fallbackNmPerPixel, nmPerPixelSource: 'setting' };
  return { nmPerPixel: null, nmPerPixelSource: null };
}

const frameOf = ({ frame, frames }: { frame: number; frames: number }) => (frames > 1 ? { frame, frames } : {});

const scaleFinding = (nmPerPixel: number | null): FindingDto[] =>
  nmPerPixel === null
    ? [{ code: 'missing-scale', severity: 'hint', message: 'The pixel size is unknown: sizes are in pixels only.' }]
    : [];

const round = (ms: number) => Math.round(ms * 10) / 10;
