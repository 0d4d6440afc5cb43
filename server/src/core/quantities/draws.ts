/** Sums over the cavities of one image in one draw of the simulation; lengths in pixels. */
export const sumNames = [
  /** Cavities in the frame, cut ones included. */
  'count',
  /** Σ area, cut cavities with their visible part. */
  'area',
  /** Σ diameter³, cut cavities with that of their visible part. */
  'cube',
  /** Weights of the cavities that the frame does not cut, and weighted sums over these. */
  'whole',
  'diameter',
  'square',
  'feret',
  'heywood',
] as const;
export type SumName = (typeof sumNames)[number];

/** One value per draw for every sum. */
export type Draws = Record<SumName, Float64Array>;

export const createDraws = (n: number): Draws =>
  Object.fromEntries(sumNames.map((name) => [name, new Float64Array(n)])) as Draws;

/** The first draw, n times. */
export const repeated = (draws: Draws, n: number): Draws =>
  Object.fromEntries(sumNames.map((name) => [name, new Float64Array(n).fill(draws[name][0]!)])) as Draws;

/** The values at a fraction `at` of the sorted finite values, by linear interpolation; NaN without any. */
export function quantile(values: ArrayLike<number>, at: number): number {
  const sorted = Float64Array.from(Array.from(values).filter(Number.isFinite)).sort();
  if (sorted.length === 0) return NaN;
  const position = at * (sorted.length - 1);
  const i = Math.floor(position);
  const next = sorted[Math.min(i + 1, sorted.length - 1)]!;
  return sorted[i]! + (position - i) * (next - sorted[i]!);
}

/** Population variance of the finite values; 0 without any. */
export function variance(values: ArrayLike<number>): number {
  const finite = Array.from(values).filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b, 0) / Math.max(1, finite.length);
  return finite.reduce((s, v) => s + (v - mean) ** 2, 0) / Math.max(1, finite.length);
}
