import { groupBy } from '../stats/groupBy';
import { createRandom } from '../random';
import type { StudyRow } from './rows';

/** For each row the number of the fold in which it is predicted. */
export type Folds = Int32Array;

/** Random folds of nearly equal size (scikit-learn's KFold with shuffling). */
export function randomFolds(rows: number, folds: number, seed: number): Folds {
  const random = createRandom(seed);
  const fold = Int32Array.from({ length: rows }, (_, i) => i % folds);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.int(i + 1);
    const kept = fold[i]!;
    fold[i] = fold[j]!;
    fold[j] = kept;
  }
  return fold;
}

/** Random folds in which all rows of a group stay together; large groups are dealt first, to the smallest fold. */
export function groupedFolds(groups: readonly string[], folds: number, seed: number): Folds {
  const members = groupBy(groups.keys(), (i) => groups[i]!);
  const names = [...members.keys()];
  const random = createRandom(seed);
  for (let i = names.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [names[i], names[j]] = [names[j]!, names[i]!];
  }
  names.sort((a, b) => members.get(b)!.length - members.get(a)!.length);
  const sizes = new Array<number>(Math.min(folds, names.length)).fill(0);
  const out = new Int32Array(groups.length);
  for (const name of names) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    for (const i of members.get(name)!) out[i] = smallest;
    sizes[smallest]! += members.get(name)!.length;
  }
  return out;
}

/** One fold per split of the detector; null where rows have fewer than two splits. */
export function splitFolds(rows: readonly StudyRow[]): Folds | null {
  const names = [...new Set(rows.map((r) => r.split ?? ''))].sort();
  return names.length < 2 ? null : Int32Array.from(rows, (r) => names.indexOf(r.split ?? ''));
}

/**
 * Whether training and test images of a split come from one source (A_A, A&B_A&B, A: over_over), as its name says: the
 * same words on both sides of the underscore. Null for another kind of name.
 */
export function isRandomSplit(name: string): boolean | null {
  const sides = name.replace(/^[^:]*:/, '').split('_');
  if (sides.length !== 2) return null;
  return sides[0]!.trim() === sides[1]!.trim();
}
