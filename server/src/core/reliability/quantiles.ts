import { rowWeights, type Forest } from '../forest/forest';

export const targetNames = ['f1', 'precision', 'recall'] as const;
export type Target = (typeof targetNames)[number];

/** Nominal coverage of all intervals. */
export const intervalLevel = 0.9;

/** Images with 1–3, 4–11, 12 or more detections: the fewer detections, the larger the variance of F1. */
export const countGroupNames = ['1–3', '4–11', '12+'] as const;
export const countGroup = (detections: number): number => (detections <= 3 ? 0 : detections <= 11 ? 1 : 2);

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

/** Weighted mean and quantiles of the training rows that fall into the same leaves. */
export function predictTargets(
  model: { readonly forest: Forest; readonly quantile: QuantileData },
  scaled: ArrayLike<number>,
  detections: number,
): Record<Target, Prediction> {
  const weights = rowWeights(model.forest, scaled, model.quantile.targets.f1.length);
  const one = (target: Target): Prediction => {
    const y = model.quantile.targets[target];
    const tail = model.quantile.tails[target][countGroup(detections)]!;
    const value = weights.reduce((s, w, i) => s + w * y[i]!, 0);
    const [low, high] = weightedQuantiles(y, weights, [tail, 1 - tail]) as [number, number];
    return { value, low: Math.min(value, low), high: Math.max(value, high), level: intervalLevel };
  };
  return { f1: one('f1'), precision: one('precision'), recall: one('recall') };
}

/** Smallest values whose cumulative weight reaches each of `at` (ascending, 0–1). */
export function weightedQuantiles(y: readonly number[], weights: ArrayLike<number>, at: readonly number[]): number[] {
  const order = y.map((_, i) => i).filter((i) => weights[i]! > 0);
  order.sort((a, b) => y[a]! - y[b]!);
  const out: number[] = [];
  let sum = 0;
  for (const i of order) {
    sum += weights[i]!;
    while (out.length < at.length && sum >= at[out.length]! - 1e-12) out.push(y[i]!);
  }
  while (out.length < at.length) out.push(y[order.at(-1)!]!);
  return out;
}

/** Precision and recall of one training image. */
export type PerformancePair = readonly [precision: number, recall: number];

/**
 * Equally likely pairs of precision and recall: training rows that fall into the same leaves, drawn systematically by
 * weight and sorted by recall. Unlike `predictTargets`, this preserves the correlation of the two.
 */
export function performancePairs(
  model: { readonly forest: Forest; readonly quantile: QuantileData },
  scaled: ArrayLike<number>,
  pairs = 100,
): PerformancePair[] {
  const { precision, recall } = model.quantile.targets;
  const weights = rowWeights(model.forest, scaled, recall.length);
  const order = recall.map((_, i) => i).filter((i) => weights[i]! > 0);
  order.sort((a, b) => recall[a]! - recall[b]! || precision[a]! - precision[b]! || a - b);
  const out: PerformancePair[] = [];
  let sum = 0;
  for (const i of order) {
    sum += weights[i]!;
    while (out.length < pairs && (out.length + 0.5) / pairs <= sum) out.push([precision[i]!, recall[i]!]);
  }
  return out;
}
