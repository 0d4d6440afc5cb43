export interface JudgedCandidate {
  /** Predicted probability, 0–1. */
  readonly p: number;
  /** 1 true, 0 false. */
  readonly label: number;
}

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly mean: number;
  readonly fraction: number;
}

/** The points of a reliability diagram: equal bins of probability, empty ones left out. */
export function calibrationBins(candidates: readonly JudgedCandidate[], bins = 10): CalibrationBin[] {
  return Array.from({ length: bins }, (_, b) => {
    const inside = candidates.filter(({ p }) => Math.min(bins - 1, Math.floor(p * bins)) === b);
    const mean = (value: (c: JudgedCandidate) => number) => inside.reduce((s, c) => s + value(c), 0) / inside.length;
    return {
      low: b / bins,
      high: (b + 1) / bins,
      n: inside.length,
      mean: mean((c) => c.p),
      fraction: mean((c) => c.label),
    };
  }).filter((b) => b.n > 0);
}

/** Mean distance of predicted and true fractions over the bins, weighted by their candidates (Guo et al. 2017). */
export function expectedCalibrationError(candidates: readonly JudgedCandidate[], bins = 10): number {
  const parts = calibrationBins(candidates, bins);
  return parts.reduce((s, b) => s + (b.n / candidates.length) * Math.abs(b.mean - b.fraction), 0);
}
