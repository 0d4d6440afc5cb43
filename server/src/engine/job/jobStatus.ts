import fs from 'node:fs/promises';
import path from 'node:path';
import { countLevels } from '../../protocol/levels';
import { reliabilities, type Reliability } from '../../protocol/vocabulary';
import { listAttempts, readAttempts, readEnding, type Attempt, type ShardContent } from './attempts';
import type { Job } from './job';

/** Without a scheduler, a shard whose results have not grown for this long counts as lost. */
const lostMs = 10 * 60_000;

/**
 * `waiting`: not begun, or stopped by a signal. `lost`: begun, not ended, and no process works on it. `failed`: ended with
 * images that the engine could not estimate, or with results that are damaged.
 */
const shardStates = ['done', 'running', 'waiting', 'lost', 'failed'] as const;
type ShardState = (typeof shardStates)[number];

interface ShardStatus {
  readonly shard: number;
  readonly state: ShardState;
  readonly done: number;
  readonly total: number;
  readonly attempts: number;
  /** One sentence; null where none is needed. */
  readonly reason: string | null;
  readonly byReliability: Readonly<Partial<Record<string, number>>>;
}

export interface JobStatus {
  readonly shards: readonly ShardStatus[];
  readonly done: number;
  readonly total: number;
  readonly byState: Readonly<Record<ShardState, number>>;
  readonly byReliability: Readonly<Record<Reliability, number>>;
  /** Shards to run again, in the notation of `sbatch --array`; empty when there are none. */
  readonly again: string;
}

export interface StatusOptions {
  /** Shards that are pending or running in a scheduler; null without one. */
  readonly scheduled?: ReadonlySet<number> | null;
  /** ms since 1970 */
  readonly now?: number;
  /** Read every result of complete shards too: one with damaged results is to be run again. */
  readonly verify?: boolean;
}

/** State of a job. For a complete shard only the end of a file is read, unless all is verified; for the others all headers. */
export async function jobStatus(dir: string, job: Job, options: StatusOptions = {}): Promise<JobStatus> {
  const { scheduled = null } = options;
  const attempts = await listAttempts(dir);
  const shards: ShardStatus[] = [];
  for (let shard = 0; shard < job.shards.length; shard++)
    shards.push(
      await shardStatus({ shard, total: job.shards[shard]!.count, attempts: attempts.get(shard) ?? [] }, options),
    );
  const byState = Object.fromEntries(shardStates.map((s) => [s, shards.filter((x) => x.state === s).length])) as Record<
    ShardState,
    number
  >;
  const byReliability = countLevels([]);
  for (const s of shards) for (const level of reliabilities) byReliability[level] += s.byReliability[level] ?? 0;
  const again = shards.filter((s) => s.state !== 'done' && s.state !== 'running' && !scheduled?.has(s.shard));
  return {
    shards,
    done: shards.reduce((n, s) => n + s.done, 0),
    total: job.images,
    byState,
    byReliability,
    again: arrayRanges(again.map((s) => s.shard)),
  };
}

interface ShardAttempts {
  readonly shard: number;
  /** Number of its images. */
  readonly total: number;
  /** In the order of their numbers. */
  readonly attempts: readonly Attempt[];
}

async function shardStatus(
  { shard, total, attempts }: ShardAttempts,
  { scheduled = null, now = Date.now(), verify = false }: StatusOptions,
): Promise<ShardStatus> {
  const base = { shard, total, attempts: attempts.length };
  const last = attempts.at(-1);
  if (!last) return { ...base, state: 'waiting', done: 0, reason: null, byReliability: {} };
  const complete = await readEnding(last.file);
  if (complete?.ending === 'complete' && !verify)
    return { ...base, state: 'done', done: complete.done, reason: null, byReliability: complete.byReliability };
  const content = await readAttempts(attempts, verify);
  const results = [...content.images.values()].filter((i) => !i.failed);
  const rest = { ...base, done: results.length, byReliability: countLevels(results) };
  if (content.ended?.ending === 'complete' && results.length < total)
    return { ...rest, state: 'failed', reason: damageReason(content.damage, total - results.length) };
  if (content.ended?.ending === 'complete') return { ...rest, state: 'done', reason: null };
  if (content.ended?.ending === 'failed') return { ...rest, state: 'failed', reason: content.ended.reason };
  if (content.ended) return { ...rest, state: 'waiting', reason: content.ended.reason };
  const quiet = now - ((await fs.stat(last.file).catch(() => null))?.mtimeMs ?? 0);
  const alive = scheduled ? scheduled.has(shard) : quiet < lostMs;
  const host = content.begun ? ` on ${content.begun.host}` : '';
  return alive
    ? { ...rest, state: 'running', reason: null }
    : { ...rest, state: 'lost', reason: `Attempt ${last.number}${host} did not end.` };
}

/** Names the damaged files of a shard. */
function damageReason(damage: ShardContent['damage'], lost: number): string {
  const files = [...new Set(damage.map(({ file }) => path.basename(file)))].join(', ');
  return `${lost} of its results ${lost === 1 ? 'is' : 'are'} damaged${files && ` (${files})`}.`;
}

/** 3,4,5,17 as `3-5,17`. */
export function arrayRanges(indices: readonly number[]): string {
  const out: string[] = [];
  for (let i = 0; i < indices.length; i++) {
    const first = indices[i]!;
    while (indices[i + 1] === indices[i]! + 1) i++;
    out.push(first === indices[i] ? `${first}` : `${first}-${indices[i]}`);
  }
  return out.join(',');
}
