import { imageStampOf, type ImageStamp } from '../cache/imageStamp';
import type { StoredRow } from '../cache/rowCache';
import type { AuditRow, Estimate, EstimateOptions } from '../engine.types';
import { scaleFinding } from '../estimate/assessRecord';
import type { EngineContext } from '../estimate/context';
import { systemFault } from '../files/systemFault';
import { folderSizes } from '../image/folderSizes';
import { imageRef } from '../image/openImage';
import { resolvePixelSize } from '../image/resolvePixelSize';
import { resolveThickness } from '../image/resolveThickness';
import type { AuditSource } from './auditDataset';

/** Estimates alone; what lies beside the images of a folder is looked for once. */
export function estimateSource(
  estimate: (file: string, options: EstimateOptions) => Promise<Estimate>,
): AuditSource<Estimate> {
  const beside = folderSizes();
  return { estimate: (file, options) => estimate(file, { ...options, beside }) };
}

/** Rows from the cache where the files have not changed, otherwise estimates, whose rows are then stored. */
export function rowSource(
  context: EngineContext,
  estimate: (file: string, options: EstimateOptions) => Promise<Estimate>,
): AuditSource<AuditRow> {
  const { rows } = context;
  if (!rows) return estimateSource(estimate);
  const beside = folderSizes();
  const model = { detector: context.detectorId, forest: context.forestId };
  /** Stamps of files without a cached row, taken before the files are read. */
  const stamps = new Map<string, ImageStamp>();
  const rowOf = async (file: string): Promise<AuditRow | null> => {
    const began = performance.now();
    const stamp = await imageStampOf(await imageRef(file));
    if (!stamp) return null;
    const row = await rows.get(stamp);
    if (!row) {
      stamps.set(file, stamp);
      return null;
    }
    const facts = row.image ?? { nmPerPixel: null, nmPerPixelSource: null };
    const size = await resolvePixelSize(file, facts, context.fallbackNmPerPixel, {
      onProblem: context.warn,
      beside,
    });
    const thickness = await resolveThickness(file, thicknessOfFile(row.image), beside);
    const ms = Math.round((performance.now() - began) * 10) / 10;
    return {
      ...row,
      file,
      image: row.image && { ...row.image, ...size, ...thickness },
      findings: [...row.findings, ...scaleFinding(size.nmPerPixel)],
      timing: { decodeMs: ms, detectMs: 0, totalMs: ms },
      model,
      fromCache: true,
    };
  };
  return {
    known: (files) => Promise.all(files.map(rowOf)),
    estimate: async (file, options) => {
      const stamp = stamps.get(file) ?? (await imageStampOf(await imageRef(file)));
      stamps.delete(file);
      const result = await estimate(file, { ...options, stamp, beside });
      const stored = stamp && storedRow(result);
      if (stored)
        await rows
          .set(stamp, stored)
          .catch((error: Error) => context.warn(`Results could not be cached: ${systemFault(error)}.`));
      return result;
    },
  };
}

/** The foil thickness that an image itself contains. */
const thicknessOfFile = (image: StoredRow['image']): { thicknessNm?: number } =>
  image?.thicknessSource === 'file' ? { thicknessNm: image.thicknessNm! } : {};

/** Null for an image without measurements, because the cause may be temporary. */
export function storedRow(e: Estimate): StoredRow | null {
  if (!e.record || !e.image) return null;
  const { nmPerPixel, nmPerPixelSource } = e.record.image.facts;
  const { thicknessNm, thicknessUncertainty: _, thicknessSource, ...withoutThickness } = e.image;
  return {
    outcome: e.outcome,
    reason: e.reason,
    reasons: e.reasons,
    f1: e.f1,
    interval: e.interval,
    precision: e.precision,
    recall: e.recall,
    publishedF1: e.publishedF1,
    reliability: e.reliability,
    image: {
      ...withoutThickness,
      ...(thicknessSource === 'file' ? { thicknessNm: thicknessNm!, thicknessSource } : {}),
      nmPerPixel,
      nmPerPixelSource,
    },
    detectionCount: e.detectionCount,
    findings: e.findings.filter((f) => f.code !== 'missing-scale'),
    imageKey: e.imageKey,
    contentKey: e.contentKey,
  };
}
