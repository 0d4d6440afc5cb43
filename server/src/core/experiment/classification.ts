/** Counts of a yes-no decision: is the true value, is the predicted value above the threshold? */
export interface Confusion {
  readonly threshold: number;
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

/** Fig. 7: images above the threshold are in the domain of the detector (the paper: F1 0.5). */
export function confusion(truth: ArrayLike<number>, predicted: ArrayLike<number>, threshold: number): Confusion {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++)
    counts[(truth[i]! > threshold ? 2 : 0) + (predicted[i]! > threshold ? 1 : 0)]!++;
  return {
    threshold,
    truePositive: counts[3]!,
    falsePositive: counts[1]!,
    falseNegative: counts[2]!,
    trueNegative: counts[0]!,
  };
}

export interface Decision {
  readonly threshold: number;
  readonly f1: number;
  readonly accuracy: number;
  /** Baselines: F1 of calling every image in the domain, and accuracy of the majority class. */
  readonly baselineF1: number;
  readonly baselineAccuracy: number;
}

/** Fig. 9: the decision over thresholds on F1. */
export function decisions(truth: ArrayLike<number>, predicted: ArrayLike<number>): Decision[] {
  return Array.from({ length: 19 }, (_, k) => {
    const threshold = (k + 1) * 0.05;
    const c = confusion(truth, predicted, threshold);
    const positive = (c.truePositive + c.falseNegative) / truth.length;
    const called = 2 * c.truePositive + c.falsePositive + c.falseNegative;
    return {
      threshold: Math.round(threshold * 100) / 100,
      f1: called > 0 ? (2 * c.truePositive) / called : 1,
      accuracy: (c.truePositive + c.trueNegative) / truth.length,
      baselineF1: positive > 0 ? (2 * positive) / (1 + positive) : 1,
      baselineAccuracy: Math.max(positive, 1 - positive),
    };
  });
}

interface PrecisionRecall {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
}

/**
 * Fig. 8: precision and recall of finding images whose truth is above the threshold, by falling predicted value
 * (scikit-learn's precision_recall_curve), and the average precision.
 */
export function precisionRecallCurve(truth: ArrayLike<number>, predicted: ArrayLike<number>, threshold: number) {
  const order = Array.from({ length: truth.length }, (_, i) => i).sort((a, b) => predicted[b]! - predicted[a]!);
  const positives = order.filter((i) => truth[i]! > threshold).length;
  const points: PrecisionRecall[] = [];
  let [found, averagePrecision] = [0, 0];
  order.forEach((i, k) => {
    if (truth[i]! > threshold) found++;
    // Images with equal predictions are called together.
    if (k + 1 < order.length && predicted[order[k + 1]!] === predicted[i]) return;
    const recall = positives > 0 ? found / positives : 0;
    const precision = found / (k + 1);
    averagePrecision += (recall - (points.at(-1)?.recall ?? 0)) * precision;
    points.push({ threshold: predicted[i]!, precision, recall });
  });
  return { points, averagePrecision, noSkill: positives / truth.length };
}
