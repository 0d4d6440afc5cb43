import { reliabilities, type Reliability } from '../../protocol/vocabulary';

/** Number of results of each level, with zeros. */
export function countLevels(results: Iterable<{ readonly reliability: Reliability }>): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(reliabilities.map((l) => [l, 0]));
  for (const { reliability } of results) counts[reliability]!++;
  return counts;
}
