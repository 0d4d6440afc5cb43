import type { Forest } from './forest';

/** Rounding of sums and of half precision. */
const margin = 1e-6;

/** Smallest and largest value of the leaves; predictions, which are means of leaves, lie between them. */
function valueRange({ trees }: Forest): { readonly min: number; readonly max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const { childrenLeft, value } of trees)
    value.forEach((v, node) => {
      if (childrenLeft[node]! >= 0) return;
      min = Math.min(min, v);
      max = Math.max(max, v);
    });
  return { min, max };
}

/**
 * Why a forest does not predict F1, precision or recall (fractions from 0 to 1), as a clause; null where it may. One of
 * percentages would give an F1 of 1 for every image.
 */
export function notFractions(forest: Forest): string | null {
  const { min, max } = valueRange(forest);
  if (min >= -margin && max <= 1 + margin) return null;
  const text = (v: number) => String(Number(v.toPrecision(3)));
  return `predicts values from ${text(min)} to ${text(max)}, but F1 is from 0 to 1${max > 1.5 && min >= 0 && max <= 100 ? ' (fractions, not percent)' : ''}`;
}
