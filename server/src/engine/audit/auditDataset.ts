import type { AuditEvent, AuditOptions, AuditSummary, Estimate, EstimateOptions } from '../engine.types';
import { NotCached } from '../estimate/measureImage';

/** How an estimate ended; a rejection is kept until its turn. */
type Settled = { readonly estimate: Estimate } | { readonly error: Error };

/**
 * Audits files in batch priority and in their order. While one image is in the network, the next ones are read and decoded.
 * Ending it early leaves what is done; because records are cached by content, running it again resumes.
 * @param lookahead images that are worked on at the same time, at least 1
 */
export async function* auditDataset(
  estimate: (file: string, options: EstimateOptions) => Promise<Estimate>,
  files: readonly string[],
  { stop, ...options }: AuditOptions = {},
  lookahead = 2,
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
  const ended = () => options.signal?.aborted === true || stop?.aborted === true;
  const begin = (file: string): Promise<Settled> =>
    estimate(file, { priority: 'batch', ...options }).then(
      (e) => ({ estimate: e }),
      (error: Error) => ({ error }),
    );
  const running: Promise<Settled>[] = [];
  let next = 0;
  let sum = 0;
  for (;;) {
    while (running.length < lookahead && next < files.length && !ended()) running.push(begin(files[next++]!));
    const settled = await running.shift();
    if (!settled) break;
    if ('error' in settled) {
      if (settled.error instanceof NotCached) continue;
      if (options.signal?.aborted) break;
      throw settled.error;
    }
    const result = settled.estimate;
    summary.done++;
    if (result.fromCache) summary.fromCache++;
    summary.byOutcome[result.outcome]++;
    summary.byReliability[result.reliability]++;
    if (result.f1 !== null) sum += result.f1;
    yield { kind: 'image', estimate: result, done: summary.done, total: files.length };
  }
  summary.cancelled = ended();
  if (summary.byOutcome.estimated) summary.meanF1 = sum / summary.byOutcome.estimated;
  summary.seconds = (performance.now() - began) / 1000;
  yield { kind: 'finished', summary };
}
