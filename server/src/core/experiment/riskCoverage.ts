export interface RiskCoverage {
  /** Fraction of images kept, and their mean risk 1 − F1. */
  readonly points: readonly { readonly coverage: number; readonly risk: number }[];
  /** Area under the curve: mean risk over all coverages (AURC). */
  readonly area: number;
}

/**
 * Risk that is left when the least reliable images are dropped (El-Yaniv and Wiener 2010; AURC: Geifman and others 2019).
 * @param risk of each image, 0 to 1
 * @param confidence images with the lowest values are dropped first; images of equal confidence get their mean risk
 */
export function riskCoverage(risk: ArrayLike<number>, confidence: ArrayLike<number>): RiskCoverage {
  const n = risk.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => confidence[b]! - confidence[a]!);
  const points: { coverage: number; risk: number }[] = [];
  let [sum, area] = [0, 0];
  for (let from = 0; from < n;) {
    let to = from;
    let tied = 0;
    while (to < n && confidence[order[to]!] === confidence[order[from]!]) tied += risk[order[to++]!]!;
    for (let k = from; k < to; k++) {
      sum += tied / (to - from);
      points.push({ coverage: (k + 1) / n, risk: sum / (k + 1) });
      area += sum / (k + 1) / n;
    }
    from = to;
  }
  return { points, area };
}
