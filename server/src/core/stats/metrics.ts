export interface RegressionMetrics {
  readonly n: number;
  readonly rmse: number;
  readonly mae: number;
  /** Coefficient of determination; 0 where the truth does not vary. */
  readonly r2: number;
}

/** RMSE, MAE and R² as scikit-learn defines them. */
export function regressionMetrics(truth: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  const n = truth.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += truth[i]! / n;
  let [square, absolute, total] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    square += (truth[i]! - predicted[i]!) ** 2;
    absolute += Math.abs(truth[i]! - predicted[i]!);
    total += (truth[i]! - mean) ** 2;
  }
  return { n, rmse: Math.sqrt(square / n), mae: absolute / n, r2: total > 0 ? 1 - square / total : 0 };
}
