import { f1Score, type MatchCounts } from './matchDetections';

export interface Scores extends MatchCounts {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * precision = tp / (tp + fp), recall = tp / (tp + fn), F1 = 2 tp / (2 tp + fp + fn). The paper's script has no guard for
 * empty cases. Here: without true objects and without detections all three are 1; with true objects only, or with detections
 * only, all three are 0, as the paper counts a blank F1.
 */
export function scoresOf({ tp, fp, fn }: MatchCounts): Scores {
  const empty = tp + fp + fn === 0 ? 1 : 0;
  return {
    tp,
    fp,
    fn,
    precision: tp + fp > 0 ? tp / (tp + fp) : empty,
    recall: tp + fn > 0 ? tp / (tp + fn) : empty,
    f1: f1Score({ tp, fp, fn }),
  };
}

/** Sums over images. */
export const pooledCounts = (counts: readonly MatchCounts[]): MatchCounts => ({
  tp: counts.reduce((s, c) => s + c.tp, 0),
  fp: counts.reduce((s, c) => s + c.fp, 0),
  fn: counts.reduce((s, c) => s + c.fn, 0),
});
