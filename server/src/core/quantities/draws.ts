/** Sums over the cavities of one image in one draw of the simulation; lengths in pixels. */
export const sumNames = [
  /** Cavities in the frame, cut ones included. */
  'count',
  /** Σ area, cut cavities with their visible part. */
  'area',
  /** Σ diameter³, cut cavities with that of their visible part. */
  'cube',
  /** Weights of the cavities that are not cut by the frame, and weighted sums over these. */
  'whole',
  'diameter',
  'square',
  'feret',
  'heywood',
] as const;
type SumName = (typeof sumNames)[number];

/** One value per draw for each sum. */
export type Draws = Record<SumName, Float64Array>;

/** Sums of `n` draws, all zero. */
export const createDraws = (n: number): Draws =>
  Object.fromEntries(sumNames.map((name) => [name, new Float64Array(n)])) as Draws;

/** Stores the sums of draw k, which are in the order of `sumNames`. */
export function storeDraw(draws: Draws, k: number, sums: ArrayLike<number>): void {
  sumNames.forEach((name, i) => (draws[name][k] = sums[i]!));
}

/** The first draw, n times. */
export const repeated = (draws: Draws, n: number): Draws =>
  Object.fromEntries(sumNames.map((name) => [name, new Float64Array(n).fill(draws[name][0]!)])) as Draws;

/** The value at a fraction `at` of the sorted finite values, by linear interpolation; NaN without any. */
export const quantile = (values: ArrayLike<number>, at: number): number => quantiles(values, [at])[0]!;

/** {@link quantile} at several fractions, sorted once. */
export function quantiles(values: ArrayLike<number>, at: readonly number[]): number[] {
  const sorted = finite(values).sort();
  if (sorted.length === 0) return at.map(() => NaN);
  return at.map((fraction) => {
    const position = fraction * (sorted.length - 1);
    const i = Math.floor(position);
    const next = sorted[Math.min(i + 1, sorted.length - 1)]!;
    return sorted[i]! + (position - i) * (next - sorted[i]!);
  });
}

/** Population variance of the finite values; 0 without any. */
export function variance(values: ArrayLike<number>): number {
  const known = finite(values);
  const mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length);
  return known.reduce((s, v) => s + (v - mean) ** 2, 0) / Math.max(1, known.length);
}

/** A copy of the finite values. */
function finite(values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) out[n++] = values[i]!;
  return out.subarray(0, n);
}
