import { predictForest } from '../forest/forest';
import { createRandom, type Random } from '../random';
import { regressionMetrics, type RegressionMetrics } from '../stats/metrics';
import { residualInterval } from './interval';
import { fitScaledForest, scaleRow, type TrainingRow } from './model';

/** Errors of predictions for rows the forest had not seen, and how often their intervals held the truth. */
export interface HeldOutMetrics extends RegressionMetrics {
  /** Share of rows whose true F1 lies in the 90 % interval, and the intervals' mean width. */
  readonly coverage: number;
  readonly meanWidth: number;
}

export interface CrossValidation {
  /** Random five-fold, as often as asked with other folds. */
  readonly randomFiveFold: readonly HeldOutMetrics[];
  readonly leaveGroupOut: HeldOutMetrics;
  readonly byGroup: readonly (HeldOutMetrics & { readonly group: string; readonly meanF1: number })[];
}

interface HeldOut {
  readonly f1: number;
  readonly low: number;
  readonly high: number;
}

/** Random five-fold (paper: repeated with other folds) and leave-group-out errors of the forest and its intervals. */
export function crossValidate(rows: readonly TrainingRow[], seed: number, repeats = 10): CrossValidation {
  const random = createRandom(seed);
  const groups = [...new Set(rows.map((r) => r.group))].sort();
  const everyRow = rows.map((_, i) => i);
  const byGroupFold = rows.map((r) => groups.indexOf(r.group));
  const heldOut = predictHeldOut(rows, byGroupFold, seed);
  return {
    randomFiveFold: Array.from({ length: repeats }, (_, k) =>
      metrics(rows, everyRow, predictHeldOut(rows, shuffledFolds(rows.length, 5, random), seed + k)),
    ),
    leaveGroupOut: metrics(rows, everyRow, heldOut),
    byGroup: groups.map((group) => {
      const members = everyRow.filter((i) => rows[i]!.group === group);
      const meanF1 = members.reduce((s, i) => s + rows[i]!.f1, 0) / members.length;
      return { group, meanF1, ...metrics(rows, members, heldOut) };
    }),
  };
}

function shuffledFolds(n: number, folds: number, random: Random): number[] {
  const fold = Array.from({ length: n }, (_, i) => i % folds);
  for (let i = n - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [fold[i], fold[j]] = [fold[j]!, fold[i]!];
  }
  return fold;
}

function metrics(
  rows: readonly TrainingRow[],
  members: readonly number[],
  heldOut: readonly (HeldOut | undefined)[],
): HeldOutMetrics {
  const pairs = members.flatMap((i) => (heldOut[i] ? [{ truth: rows[i]!.f1, ...heldOut[i] }] : []));
  const covered = pairs.filter((p) => p.truth >= p.low - 1e-9 && p.truth <= p.high + 1e-9).length;
  return {
    ...regressionMetrics(
      pairs.map((p) => p.truth),
      pairs.map((p) => p.f1),
    ),
    coverage: covered / pairs.length,
    meanWidth: pairs.reduce((s, p) => s + p.high - p.low, 0) / pairs.length,
  };
}

/** Predictions and intervals for each fold from a forest fitted on the others. */
function predictHeldOut(
  rows: readonly TrainingRow[],
  fold: readonly number[],
  seed: number,
): readonly (HeldOut | undefined)[] {
  const out: (HeldOut | undefined)[] = rows.map(() => undefined);
  for (const held of new Set(fold)) {
    const train = rows.filter((_, i) => fold[i] !== held);
    if (train.length < 20) continue;
    const { scaler, forest, oob } = fitScaledForest(train, seed);
    rows.forEach((r, i) => {
      if (fold[i] !== held) return;
      const f1 = Math.min(1, Math.max(0, predictForest(forest, scaleRow(scaler, r.features))));
      out[i] = { f1, ...residualInterval(oob, f1) };
    });
  }
  return out;
}
