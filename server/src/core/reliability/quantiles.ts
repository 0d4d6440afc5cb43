export const targetNames = ['f1', 'precision', 'recall'] as const;
export type Target = (typeof targetNames)[number];

/** Nominal coverage of all intervals. */
export const intervalLevel = 0.9;

/** Images with 1–3, 4–11, 12 or more detections: the fewer detections, the larger the variance of F1. */
export const countGroupNames = ['1–3', '4–11', '12+'] as const;
/** Index of the count group: up to 3 detections, 4 to 11, 12 or more. Tails of intervals are chosen per group. */
export const countGroup = (detections: number): 0 | 1 | 2 => (detections <= 3 ? 0 : detections <= 11 ? 1 : 2);

/** Training rows of a quantile forest. */
export interface QuantileData {
  readonly targets: Readonly<Record<Target, readonly number[]>>;
  /** Tail probability on each side, by target and count group, chosen on rows of held-out groups. */
  readonly tails: Readonly<Record<Target, readonly number[]>>;
}

export interface Prediction {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/**
 * Weighted mean and quantiles of the training rows that fall into the same leaves.
 * @param weights of the training rows (rowWeights)
 * @param detections number of detections in the image
 */
export function predictTargets(
  { targets, tails }: QuantileData,
  weights: Float64Array,
  detections: number,
): Record<Target, Prediction> {
  const one = (target: Target): Prediction => {
    const y = targets[target];
    const tail = tails[target][countGroup(detections)]!;
    const value = weights.reduce((s, w, i) => s + w * y[i]!, 0);
    const [low, high] = weightedQuantiles(y, weights, [tail, 1 - tail]) as [number, number];
    return { value, low: Math.min(value, low), high: Math.max(value, high), level: intervalLevel };
  };
  return { f1: one('f1'), precision: one('precision'), recall: one('recall') };
}

const ascending = new WeakMap<readonly number[], Int32Array>();

/** Indices of training targets in ascending order, computed once per list of targets. */
function ascendingOrder(y: readonly number[]): Int32Array {
  let order = ascending.get(y);
  if (!order) {
    order = Int32Array.from(y.keys()).sort((a, b) => y[a]! - y[b]! || a - b);
    ascending.set(y, order);
  }
  return order;
}

/** Smallest values whose cumulative weight reaches each of `at` (ascending, 0–1). */
export function weightedQuantiles(y: readonly number[], weights: ArrayLike<number>, at: readonly number[]): number[] {
  const out: number[] = [];
  let sum = 0;
  let last = NaN;
  for (const i of ascendingOrder(y)) {
    if (!(weights[i]! > 0)) continue;
    sum += weights[i]!;
    last = y[i]!;
    while (out.length < at.length && sum >= at[out.length]! - 1e-12) out.push(last);
  }
  while (out.length < at.length) out.push(last);
  return out;
}

/** Precision and recall of one training image. */
export type PerformancePair = readonly [precision: number, recall: number];

/**
 * Equally likely pairs of precision and recall: training rows that fall into the same leaves, drawn systematically by
 * weight and sorted by recall. Unlike `predictTargets`, this preserves the correlation of the two.
 * @param weights of the training rows (rowWeights)
 */
export function performancePairs(
  { targets: { precision, recall } }: Pick<QuantileData, 'targets'>,
  weights: ArrayLike<number>,
  pairs = 100,
): PerformancePair[] {
  const out: PerformancePair[] = [];
  let sum = 0;
  for (const i of recallOrder(precision, recall)) {
    if (!(weights[i]! > 0)) continue;
    sum += weights[i]!;
    while (out.length < pairs && (out.length + 0.5) / pairs <= sum) out.push([precision[i]!, recall[i]!]);
  }
  return out;
}

const byRecall = new WeakMap<readonly number[], Int32Array>();

/** Rows by rising recall, then precision; computed once per forest. */
function recallOrder(precision: readonly number[], recall: readonly number[]): Int32Array {
  let order = byRecall.get(recall);
  if (!order) {
    order = Int32Array.from(recall.keys()).sort(
      (a, b) => recall[a]! - recall[b]! || precision[a]! - precision[b]! || a - b,
    );
    byRecall.set(recall, order);
  }
  return order;
}
