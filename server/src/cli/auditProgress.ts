import type { AuditProgress } from '../engine/audit/runAudit';
import type { AuditSummary } from '../engine/engine.types';
import { reliabilities } from '../protocol/vocabulary';

/** Progress of an audit for a terminal: images, rate, time left, counts by level. */
export function progressText({ done, total, rate, secondsLeft, byReliability }: AuditProgress): string {
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  const levels = reliabilities.map((l) => `${byReliability[l]} ${l}`).join(', ');
  return `${done} / ${total}, ${rate.toFixed(rate < 10 ? 1 : 0)} images/s${left}; ${levels}`;
}

/** 75 s as `1 min 15 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** The last line of an audit on standard error, for scripts: `audit` and pairs of name and value. */
export function closingLine(s: AuditSummary): string {
  const pairs = {
    done: s.done,
    total: s.total,
    'from-cache': s.fromCache,
    reassessed: s.reassessed,
    evicted: s.evicted,
    failed: s.byOutcome.failed,
    ...s.byReliability,
    seconds: s.seconds.toFixed(1),
  };
  return `audit ${Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}
