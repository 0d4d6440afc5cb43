export interface KernelRidgeOptions {
  /** Regularization, added to the kernel's diagonal; larger values give smoother predictions. */
  readonly alpha: number;
  /** Parameter of the kernel exp(−gamma · squared distance). */
  readonly gamma: number;
}

/** Time grows with the third power of the rows, memory with the second: 2000 rows take about two seconds and 16 MB. */
export const mostKernelRows = 2000;

/**
 * Kernel ridge regression with a Gaussian kernel on centred targets (scikit-learn's KernelRidge). Smooth, so that it
 * continues a trend where the trees of a forest stop at the outermost training row.
 * @param rows of standardized features; of more than `mostKernelRows`, as many at equal distances are used
 * @returns predicts one row
 * @throws RangeError where the kernel's matrix is not positive definite, as with alpha 0 and equal rows
 */
export function fitKernelRidge(
  rows: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  { alpha, gamma }: KernelRidgeOptions,
): (row: ArrayLike<number>) => number {
  const n = Math.min(mostKernelRows, rows.length);
  const chosen = Array.from({ length: n }, (_, i) => Math.floor((i * rows.length) / n));
  const x = chosen.map((i) => rows[i]!);
  const y = chosen.map((i) => targets[i]!);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += y[i]! / n;
  const kernel = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let square = 0;
    for (let f = 0; f < a.length; f++) square += (a[f]! - b[f]!) ** 2;
    return Math.exp(-gamma * square);
  };
  const lower = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) row[j] = kernel(x[i]!, x[j]!) + (i === j ? alpha : 0);
    return row;
  });
  const weights = solve(
    lower,
    Float64Array.from({ length: n }, (_, i) => y[i]! - mean),
  );
  return (row) => {
    let value = mean;
    for (let i = 0; i < n; i++) value += weights[i]! * kernel(row, x[i]!);
    return value;
  };
}

/** Solves A w = b by Cholesky decomposition; `rows` is the lower triangle of A and is overwritten. */
function solve(rows: Float64Array[], b: Float64Array): Float64Array {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    for (let j = 0; j <= i; j++) {
      const other = rows[j]!;
      let sum = row[j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      if (i > j) row[j] = sum / other[j]!;
      else if (sum > 0) row[i] = Math.sqrt(sum);
      else throw new RangeError('The kernel matrix is not positive definite.');
    }
  }
  const w = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) w[i]! -= rows[i]![k]! * w[k]!;
    w[i]! /= rows[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    w[i]! /= rows[i]![i]!;
    for (let k = 0; k < i; k++) w[k]! -= rows[i]![k]! * w[i]!;
  }
  return w;
}
