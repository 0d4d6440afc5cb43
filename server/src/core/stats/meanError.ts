export interface MeanAndError {
  /** Null without values. */
  readonly mean: number | null;
  /** Standard error of the mean; null with fewer than two values. */
  readonly error: number | null;
}

/** Mean and its standard error; null without values, and the error also with one value. */
export function meanAndError(values: readonly number[]): MeanAndError {
  if (values.length === 0) return { mean: null, error: null };
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.length === 1) return { mean, error: null };
  const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** Mean and its standard error, as text; – without values. */
export function meanWithError(values: readonly number[]): string {
  const { mean, error } = meanAndError(values);
  return mean === null ? '–' : `${mean.toFixed(3)} ± ${(error ?? 0).toFixed(3)}`;
}
