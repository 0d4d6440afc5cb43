import type { AuditRow, Engine, Estimate } from '../engine.types';
import { isEstimate } from '../engine.types';
import { withoutMasks } from '../estimate/estimateDto';
import { NotCached } from '../estimate/measureImage';
import type { Foil } from '../measure/foil';
import type { ReportInput } from './reportInput';
import { ReportParts } from './reportParts';

/**
 * What a report needs beyond the rows of a list, only from the cache: detections, quantities and pictures. An image that left
 * the cache has its picture only.
 * @throws the signal's reason when it is aborted
 */
export async function completeRows(
  engine: Engine,
  list: {
    readonly rows: readonly AuditRow[];
    readonly folder: string;
    readonly foil: Foil;
    readonly signal?: AbortSignal;
  },
): Promise<Pick<ReportInput, 'estimates' | 'quantities' | 'pictures'>> {
  const { rows, folder, foil, signal } = list;
  const parts = new ReportParts(folder, { images: rows.length, foil, thumbnail: engine.thumbnail });
  const estimates: Estimate[] = [];
  const add = async (row: AuditRow): Promise<Estimate> => {
    const estimate = await cachedEstimate(engine, row.file);
    if (estimate) {
      await parts.add(estimate);
      // Levels stay those of the list.
      return isEstimate(row) ? row : withoutMasks(estimate);
    }
    const bare = isEstimate(row) ? row : bareEstimate(row);
    parts.addPicture(bare);
    return bare;
  };
  try {
    for (const row of rows) {
      signal?.throwIfAborted();
      estimates.push(await add(row));
    }
    return { estimates, ...(await parts.result()) };
  } finally {
    await parts.close();
  }
}

/** Null for an image that left the cache. */
const cachedEstimate = (engine: Engine, file: string): Promise<Estimate | null> =>
  engine.estimateImage(file, { cachedOnly: true, priority: 'batch' }).catch((error: unknown) => {
    if (error instanceof NotCached) return null;
    throw error;
  });

const bareEstimate = (row: AuditRow): Estimate => ({
  ...row,
  features: null,
  instances: null,
  rejected: null,
  candidates: null,
  candidateFeatures: null,
  imageStatistics: null,
  performance: null,
  explanation: null,
  categories: [],
});
