import type { AuditEvent, AuditSummary, Estimate, EstimateOptions } from '../engine.types';
import { NotCached } from '../estimate/measureImage';

/**
 * Audits files one by one in batch priority. Cancelling ends it between images with what is done; since detections are
 * cached by content, running it again resumes.
 */
export async function* auditDataset(
  estimate: (file: string, options: EstimateOptions) => Promise<Estimate>,
  files: readonly string[],
  options: EstimateOptions = {},
): AsyncGenerator<AuditEvent, void, void> {
  const began = performance.now();
  const summary: { -readonly [K in keyof AuditSummary]: AuditSummary[K] } = {
    total: files.length,
    done: 0,
    fromCache: 0,
    cancelled: false,
    byOutcome: { estimated: 0, 'no-detections': 0, 'no-forest': 0, unreadable: 0, unsupported: 0, failed: 0 },
    byReliability: { reliable: 0, review: 0, unreliable: 0, unknown: 0 },
    meanF1: null,
    seconds: 0,
  };
  yield { kind: 'started', total: files.length };
  let sum = 0;
  for (const file of files) {
    if (options.signal?.aborted) break;
    let result: Estimate;
    try {
      result = await estimate(file, { priority: 'batch', ...options });
    } catch (error) {
      if (error instanceof NotCached) continue;
      if (options.signal?.aborted) break;
      throw error;
    }
    summary.done++;
    if (result.fromCache) summary.fromCache++;
    summary.byOutcome[result.outcome]++;
    summary.byReliability[result.reliability]++;
    if (result.f1 !== null) sum += result.f1;
    yield { kind: 'image', estimate: result, done: summary.done, total: files.length };
  }
  summary.cancelled = options.signal?.aborted ?? false;
  if (summary.byOutcome.estimated) summary.meanF1 = sum / summary.byOutcome.estimated;
  summary.seconds = (performance.now() - began) / 1000;
  yield { kind: 'finished', summary };
}
