import type { Forest } from '../forest/forest';
import { rowWeights } from '../forest/packedForest';
import { createRandom, type Random } from '../random';
import { regressionMetrics, type RegressionMetrics } from '../stats/metrics';
import { fitScaledForest, scaleRow, targetsOf } from './fitForest';
import type { TrainingRow } from './model';
import {
  countGroup,
  countGroupNames,
  intervalLevel,
  targetNames,
  weightedQuantiles,
  type QuantileData,
  type Target,
} from './quantiles';

/** Errors of predictions for held-out rows, and the coverage of their intervals. */
export interface HeldOutMetrics extends RegressionMetrics {
  /** Whether the true values differ; otherwise R² is 0. */
  readonly varies: boolean;
  /** Fraction of rows whose true F1 lies in the 90 % interval, and the intervals' mean width. */
  readonly coverage: number;
  readonly meanWidth: number;
  /** Standard error of the MAE over the rows. */
  readonly maeError: number;
}

export interface CrossValidation {
  /** Random five-fold cross-validation, repeated with other folds. */
  readonly randomFiveFold: readonly HeldOutMetrics[];
  /** Folds of whole groups, at most eight; null with one group. */
  readonly groupFolds: HeldOutMetrics | null;
  readonly byCount: readonly (HeldOutMetrics & { readonly name: string })[];
  readonly byGroup: readonly (HeldOutMetrics & { readonly group: string; readonly meanF1: number })[];
  /** Metrics of precision and recall, in the first random folds and in group folds. */
  readonly others: Readonly<
    Record<'precision' | 'recall', { readonly random: HeldOutMetrics; readonly groups: HeldOutMetrics | null }>
  >;
  /** Metrics of the group folds for selected rows, for example the real images. */
  readonly of: (choose: (row: TrainingRow) => boolean) => HeldOutMetrics | null;
}

/** Candidate tail probabilities for the intervals, widest interval last. */
const tailChoices = [0.14, 0.12, 0.1, 0.08, 0.065, 0.05, 0.035, 0.025, 0.015, 0.008, 0.003] as const;

/** Minimum number of rows to fit a forest for a fold; otherwise the fold is not predicted. Random folds of 20 rows have 16. */
const leastTraining = 10;

/** Prediction for one row by a forest that was fitted without its fold. */
interface HeldOut {
  readonly value: Record<Target, number>;
  /** Low and high of each target, by tail choice. */
  readonly bounds: Record<Target, readonly (readonly [number, number])[]>;
}

/** Errors of the forest and its intervals in random five-fold cross-validation (repeated, as in the paper) and in group folds. */
export function crossValidate(
  rows: readonly TrainingRow[],
  tails: QuantileData['tails'],
  seed: number,
  repeats = 2,
): CrossValidation {
  const random = createRandom(seed);
  const groups = [...new Set(rows.map((r) => r.group))].sort();
  const grouped = groups.length > 1 ? predictHeldOut(rows, groupFolds(rows), seed) : [];
  const every = rows.map((_, i) => i);
  const pick = (choose: (row: TrainingRow) => boolean) => every.filter((i) => choose(rows[i]!));
  const measured = (members: readonly number[], target: Target = 'f1') => {
    const predicted = members.filter((i) => grouped[i]);
    return predicted.length > 0 ? metrics(rows, predicted, { heldOut: grouped, tails, target }) : null;
  };
  const randomly = Array.from({ length: repeats }, (_, k) =>
    predictHeldOut(rows, shuffledFolds(rows.length, 5, random), seed + k),
  );
  const other = (target: Target) => ({
    random: metrics(rows, every, { heldOut: randomly[0]!, tails, target }),
    groups: measured(every, target),
  });
  return {
    randomFiveFold: randomly.map((heldOut) => metrics(rows, every, { heldOut, tails, target: 'f1' })),
    groupFolds: measured(every),
    byCount: countGroupNames.flatMap((name, g) => {
      const figures = measured(pick((r) => countGroup(r.detections) === g));
      return figures ? [{ name, ...figures }] : [];
    }),
    byGroup: groups.flatMap((group) => {
      const members = pick((r) => r.group === group);
      const meanF1 = members.reduce((s, i) => s + rows[i]!.f1, 0) / members.length;
      const figures = measured(members);
      return figures ? [{ group, meanF1, ...figures }] : [];
    }),
    others: { precision: other('precision'), recall: other('recall') },
    of: (choose) => measured(pick(choose)),
  };
}

/**
 * Chooses the narrowest intervals with their nominal coverage on rows of held-out groups (on random
 * folds if there is one group), with the finite-sample correction of split conformal prediction, for each target and count group.
 */
export function chooseTails(rows: readonly TrainingRow[], seed: number): QuantileData['tails'] {
  const several = rows.some((r) => r.group !== rows[0]!.group);
  const folds = several ? groupFolds(rows) : shuffledFolds(rows.length, 5, createRandom(seed));
  const heldOut = predictHeldOut(rows, folds, seed);
  const choose = (target: Target) =>
    countGroupNames.map((_, g) => {
      const members = rows.flatMap((r, i) => (countGroup(r.detections) === g && heldOut[i] ? [i] : []));
      const needed = Math.ceil(intervalLevel * (members.length + 1));
      const enough = tailChoices.findIndex(
        (_, t) =>
          members.filter((i) => {
            const [low, high] = heldOut[i]!.bounds[target][t]!;
            return rows[i]![target] >= low - 1e-9 && rows[i]![target] <= high + 1e-9;
          }).length >= needed,
      );
      return tailChoices[enough < 0 ? tailChoices.length - 1 : enough]!;
    });
  const [f1, precision, recall] = targetNames.map(choose);
  return { f1: f1!, precision: precision!, recall: recall! };
}

/** Eight folds of whole groups. */
function groupFolds(rows: readonly TrainingRow[]): number[] {
  const groups = [...new Set(rows.map((r) => r.group))].sort();
  return rows.map((r) => groups.indexOf(r.group) % 8);
}

function shuffledFolds(n: number, folds: number, random: Random): number[] {
  const fold = Array.from({ length: n }, (_, i) => i % folds);
  for (let i = n - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [fold[i], fold[j]] = [fold[j]!, fold[i]!];
  }
  return fold;
}

interface Prediction {
  /** Undefined for rows that were not predicted. */
  readonly heldOut: readonly (HeldOut | undefined)[];
  readonly tails: QuantileData['tails'];
  readonly target: Target;
}

function metrics(
  rows: readonly TrainingRow[],
  members: readonly number[],
  { heldOut, tails, target }: Prediction,
): HeldOutMetrics {
  const pairs = members.flatMap((i) => {
    const h = heldOut[i];
    if (!h) return [];
    const tail = tailChoices.indexOf(tails[target][countGroup(rows[i]!.detections)] as (typeof tailChoices)[number]);
    const [low, high] = h.bounds[target][Math.max(0, tail)]!;
    return [{ truth: rows[i]![target], predicted: h.value[target], low, high }];
  });
  const covered = pairs.filter((p) => p.truth >= p.low - 1e-9 && p.truth <= p.high + 1e-9).length;
  const errors = pairs.map((p) => Math.abs(p.truth - p.predicted));
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  const spread = errors.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, errors.length - 1);
  return {
    ...regressionMetrics(
      pairs.map((p) => p.truth),
      pairs.map((p) => p.predicted),
    ),
    varies: pairs.some((p) => p.truth !== pairs[0]!.truth),
    coverage: covered / pairs.length,
    meanWidth: pairs.reduce((s, p) => s + p.high - p.low, 0) / pairs.length,
    maeError: Math.sqrt(spread / errors.length),
  };
}

/** Predictions and intervals for each fold from a forest fitted on the others. */
function predictHeldOut(rows: readonly TrainingRow[], fold: readonly number[], seed: number): (HeldOut | undefined)[] {
  const out: (HeldOut | undefined)[] = rows.map(() => undefined);
  for (const held of new Set(fold)) {
    const train = rows.filter((_, i) => fold[i] !== held);
    if (train.length < leastTraining) continue;
    const { scaler, forest } = fitScaledForest(train, seed);
    const targets = targetsOf(train);
    rows.forEach((r, i) => {
      if (fold[i] === held) out[i] = heldOutRow(forest, targets, scaleRow(scaler, r.features));
    });
  }
  return out;
}

function heldOutRow(forest: Forest, targets: QuantileData['targets'], scaled: Float64Array): HeldOut {
  const weights = rowWeights(forest, scaled, targets.f1.length);
  const value = { f1: 0, precision: 0, recall: 0 };
  const bounds = { f1: [], precision: [], recall: [] } as Record<Target, [number, number][]>;
  for (const target of targetNames) {
    const y = targets[target];
    value[target] = weights.reduce((s, w, i) => s + w * y[i]!, 0);
    const low = weightedQuantiles(y, weights, [...tailChoices].reverse());
    const high = weightedQuantiles(y, weights, tailChoices.map((t) => 1 - t)); // prettier-ignore
    tailChoices.forEach((_, t) =>
      bounds[target].push([
        Math.min(value[target], low[tailChoices.length - 1 - t]!),
        Math.max(value[target], high[t]!),
      ]),
    );
  }
  return { value, bounds };
}
