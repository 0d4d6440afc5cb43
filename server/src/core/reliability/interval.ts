import type { ReliabilityModel } from './model';

/** Nominal coverage of every interval shown. */
export const intervalLevel = 0.9;

/**
 * Interval from out-of-bag residuals of the rows predicted most alike (a fifth of all, at least 30), with the
 * finite-sample rank of split conformal prediction; within [0, 1] and holding the prediction.
 */
export function residualInterval(
  oob: NonNullable<ReliabilityModel['oob']>,
  prediction: number,
): { low: number; high: number; level: number } {
  const { predicted, residual } = oob;
  const n = predicted.length;
  const take = Math.min(n, Math.max(30, Math.round(n / 5)));
  let from = 0;
  while (from + take < n && prediction - predicted[from]! > predicted[from + take]! - prediction) from++;
  const near = residual.slice(from, from + take).sort((a, b) => a - b);
  const tail = (1 - intervalLevel) / 2;
  const low = near[Math.max(0, Math.floor(tail * (near.length + 1)) - 1)]!;
  const high = near[Math.min(near.length - 1, Math.ceil((1 - tail) * (near.length + 1)) - 1)]!;
  const clip = (v: number) => Math.min(1, Math.max(0, v));
  return {
    low: clip(Math.min(prediction, prediction + low)),
    high: clip(Math.max(prediction, prediction + high)),
    level: intervalLevel,
  };
}
