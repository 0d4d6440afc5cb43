/** A histogram with rounded bins, and its cumulative form. */
export interface SizeDistribution {
  readonly n: number;
  /** Ascending, one more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Fraction of the values up to each upper edge, 0–1. */
  readonly cumulative: readonly number[];
}

/**
 * Bins of width 1, 2 or 5 × 10ⁿ near that of Freedman and Diaconis (1981), 2 IQR / ∛n, at most `most` of them.
 * @returns null without values
 */
export function sizeDistribution(values: readonly number[], most = 150): SizeDistribution | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return null;
  const [low, high] = [sorted[0]!, sorted[n - 1]!];
  const spread = sorted[Math.floor(0.75 * (n - 1))]! - sorted[Math.floor(0.25 * (n - 1))]!;
  const wanted = (2 * spread) / Math.cbrt(n) || (high - low) / 10 || high / 10 || 1;
  const width = niceWidth(Math.max(wanted, (high - low) / (most - 2)));
  const first = Math.floor(low / width);
  const bins = Math.floor(high / width) - first + 1;
  const counts = new Array<number>(bins).fill(0);
  for (const v of sorted) counts[Math.min(bins - 1, Math.floor(v / width) - first)]!++;
  let sum = 0;
  return {
    n,
    edges: Array.from({ length: bins + 1 }, (_, i) => Number(((first + i) * width).toPrecision(12))),
    counts,
    cumulative: counts.map((c) => (sum += c) / n),
  };
}

/** The smallest of 1, 2, 5 × 10ⁿ that is at least `width`. */
function niceWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return [1, 2, 5, 10].map((m) => m * power).find((w) => w >= width * (1 - 1e-9))!;
}
