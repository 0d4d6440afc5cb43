import type { AuditedDto } from './types';

type Ranked = Pick<AuditedDto, 'f1' | 'outcome'>;

/** The order of every list of results: files that could not be estimated, then F1 from low to high, then images without F1. */
export const worstFirst = (a: Ranked, b: Ranked): number => f1Rank(a) - f1Rank(b);

/** The lower, the worse: -1 for files without an estimate, F1 (0 to 1), 2 or 3 for images without F1. */
export function f1Rank({ f1, outcome }: Ranked): number {
  if (f1 !== null) return f1;
  return outcome === 'no-detections' ? 3 : outcome === 'no-forest' ? 2 : -1;
}
