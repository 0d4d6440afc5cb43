import { reliabilities, type Outcome, type Reliability } from './vocabulary';

/** Levels in the order in which their images need attention. */
export const levelsByNeed: readonly Reliability[] = ['unreliable', 'review', 'unknown', 'reliable'];

/** Number of results of each level, with zeros. */
export function countLevels(results: Iterable<{ readonly reliability: Reliability }>): Record<Reliability, number> {
  const counts = Object.fromEntries(reliabilities.map((level) => [level, 0])) as Record<Reliability, number>;
  for (const { reliability } of results) counts[reliability]++;
  return counts;
}

/** Levels of the images that were read; files that were refused and images on which the engine failed are counted apart. */
export interface Verdicts extends Readonly<Record<Reliability, number>> {
  readonly refused: number;
  readonly failed: number;
}

/**
 * Verdicts from counts by level.
 * @param byReliability with refused and failed images as unknown
 */
export function verdictsOf(
  byReliability: Readonly<Record<Reliability, number>>,
  { refused, failed }: { readonly refused: number; readonly failed: number },
): Verdicts {
  return { ...byReliability, unknown: byReliability.unknown - refused - failed, refused, failed };
}

/** Whether a file was refused: it cannot be read, or its kind is not supported. */
export const isRefused = (outcome: Outcome): boolean => outcome === 'unreadable' || outcome === 'unsupported';

/** Verdicts of rows. */
export function countVerdicts(
  rows: readonly { readonly reliability: Reliability; readonly outcome: Outcome }[],
): Verdicts {
  const number = (is: (outcome: Outcome) => boolean) => rows.filter((r) => is(r.outcome)).length;
  return verdictsOf(countLevels(rows), { refused: number(isRefused), failed: number((o) => o === 'failed') });
}
