/**
 * 95 % confidence interval of a fraction (Wilson 1927); it has a width even where the fraction is 0 or 1.
 * @param fraction 0 to 1
 * @param n number of cases, at least 1
 */
export function wilson(fraction: number, n: number): [low: number, high: number] {
  const z = 1.959964;
  const middle = (fraction + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((fraction * (1 - fraction)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
