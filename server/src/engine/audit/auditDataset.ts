import type { AuditEvent, AuditOptions, AuditRow, AuditSummary, Estimate, EstimateOptions } from '../engine.types';
import { NotCached } from '../estimate/measureImage';

/** Where the results of an audit come from. */
export interface AuditSource<R extends AuditRow> {
  /** Results that are known without work, in the order of the files; null for the others. */
  known?(files: readonly string[]): Promise<readonly (R | null)[]>;
  estimate(file: string, options: EstimateOptions): Promise<R>;
}

/** Files whose results are looked up together. */
const lookedUp = 128;

/** Outcome of an estimate; a rejection is kept until the image is due. */
type Settled<R> = { readonly estimate: R; readonly known: boolean } | { readonly error: Error };

/**
 * Audits files in batch priority and in their order. While one image is in the network, the next ones are read and decoded.
 * Finished images are kept when it ends early: records are cached by content, so the next run continues.
 * @param lookahead images that are worked on at the same time, at least 1
 */
export async function* auditDataset<R extends AuditRow = Estimate>(
  source: AuditSource<R>,
  files: readonly string[],
  { stop, ...options }: AuditOptions = {},
  lookahead = 2,
): AsyncGenerator<AuditEvent<R>, void, void> {
  const began = performance.now();
  const summary: { -readonly [K in keyof AuditSummary]: AuditSummary[K] } = {
    total: files.length,
    done: 0,
    fromCache: 0,
    reassessed: 0,
    evicted: 0,
    cancelled: false,
    byOutcome: { estimated: 0, 'no-detections': 0, 'no-forest': 0, unreadable: 0, unsupported: 0, failed: 0 },
    byReliability: { reliable: 0, review: 0, unreliable: 0, unknown: 0 },
    meanF1: null,
    seconds: 0,
  };
  yield { kind: 'started', total: files.length };
  const ended = () => options.signal?.aborted === true || stop?.aborted === true;
  const begin = (file: string): Promise<Settled<R>> =>
    source.estimate(file, { priority: 'batch', ...options }).then(
      (estimate) => ({ estimate, known: source.known === undefined }),
      (error: Error) => ({ error }),
    );
  const lookUp = source.known && !options.force && !options.verify ? source.known.bind(source) : null;
  let known: readonly (R | null)[] = [];
  let knownFrom = 0;
  const running: (Settled<R> | Promise<Settled<R>>)[] = [];
  let next = 0;
  let sum = 0;
  for (;;) {
    while (running.length < lookahead && next < files.length && !ended()) {
      if (lookUp && next >= knownFrom + known.length) {
        knownFrom = next;
        known = await lookUp(files.slice(next, next + lookedUp));
      }
      const found = known[next - knownFrom];
      const file = files[next++]!;
      running.push(found ? { estimate: found, known: true } : begin(file));
    }
    const first = running.shift();
    if (!first) break;
    const settled = first instanceof Promise ? await first : first;
    if ('error' in settled) {
      if (settled.error instanceof NotCached) continue;
      if (options.signal?.aborted) break;
      throw settled.error;
    }
    const result = settled.estimate;
    summary.done++;
    if (result.fromCache) summary.fromCache++;
    if (result.fromCache && !settled.known) summary.reassessed++;
    summary.byOutcome[result.outcome]++;
    summary.byReliability[result.reliability]++;
    if (result.f1 !== null) sum += result.f1;
    const { done, byReliability } = summary;
    yield { kind: 'image', estimate: result, done, total: files.length, byReliability: { ...byReliability } };
  }
  summary.cancelled = ended();
  if (summary.byOutcome.estimated) summary.meanF1 = sum / summary.byOutcome.estimated;
  summary.seconds = (performance.now() - began) / 1000;
  yield { kind: 'finished', summary };
}
