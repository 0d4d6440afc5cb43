import { reliabilities, type Reliability } from './vocabulary';

/** Levels in the order in which their images need attention. */
export const levelsByNeed: readonly Reliability[] = ['unreliable', 'review', 'unknown', 'reliable'];

/** Number of results of each level, with zeros. */
export function countLevels(results: Iterable<{ readonly reliability: Reliability }>): Record<Reliability, number> {
  const counts = Object.fromEntries(reliabilities.map((level) => [level, 0])) as Record<Reliability, number>;
  for (const { reliability } of results) counts[reliability]++;
  return counts;
}
