/** Distance to the training rows in scaled feature space. */
export interface NeighbourModel {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  /** Scaled training rows (a sample). */
  readonly rows: readonly (readonly number[])[];
  /** Mean distance to the k nearest training rows above which a row is outside the applicability domain. */
  readonly outside: number;
}

const k = 5;

/** Fits scales and the limit: quantile `outer` of the rows' own leave-one-out distances, widened by `slack`. */
export function fitNeighbours(
  rows: readonly ArrayLike<number>[],
  sample: number,
  outer: number,
  slack: number,
): NeighbourModel {
  const columns = rows[0]!.length;
  const mean: number[] = [];
  const scale: number[] = [];
  for (let c = 0; c < columns; c++) {
    const m = rows.reduce((s, r) => s + r[c]!, 0) / rows.length;
    const v = rows.reduce((s, r) => s + (r[c]! - m) ** 2, 0) / rows.length;
    mean.push(m);
    scale.push(Math.sqrt(v) || 1);
  }
  const stride = Math.max(1, rows.length / sample);
  const kept = Array.from({ length: Math.min(sample, rows.length) }, (_, i) => rows[Math.floor(i * stride)]!);
  const scaled = kept.map((r) => Array.from({ length: columns }, (_, c) => round((r[c]! - mean[c]!) / scale[c]!)));
  const model = { mean, scale, rows: scaled, outside: 0 };
  const own = rows.map((r) => distance(model, r, true)).sort((a, b) => a - b);
  return { ...model, outside: own[Math.floor(outer * (own.length - 1))]! * slack };
}

/** Mean Euclidean distance to the five nearest training rows; `self` ignores one exact copy of the row. */
export function distance(model: NeighbourModel, row: ArrayLike<number>, self = false): number {
  const x = Float64Array.from(model.mean, (m, c) => (row[c]! - m) / model.scale[c]!);
  const d = Float64Array.from(model.rows, (r) => {
    let sum = 0;
    for (let c = 0; c < x.length; c++) sum += (r[c]! - x[c]!) ** 2;
    return Math.sqrt(sum);
  }).sort();
  const from = self && d[0]! < 1e-3 ? 1 : 0;
  const near = d.subarray(from, from + k);
  return near.reduce((s, v) => s + v, 0) / near.length;
}

/** Columns by their distance from the training mean in standard deviations, largest first. */
export const deviations = (model: NeighbourModel, row: ArrayLike<number>): { column: number; z: number }[] =>
  model.mean
    .map((m, column) => ({ column, z: (row[column]! - m) / model.scale[column]! }))
    .sort((a, b) => Math.abs(b.z) - Math.abs(a.z));

const round = (v: number) => Math.round(v * 1e4) / 1e4;
