import { predictRows, type Forest } from '../forest/forest';
import { rowWeights } from '../forest/packedForest';
import { trainForest, type ForestOptions } from '../forest/trainForest';
import { createRandom } from '../random';
import { fitScaler, scaleRow } from '../reliability/fitForest';
import { weightedQuantiles } from '../reliability/quantiles';
import type { FeatureSet } from './featureSets';
import { fitKernelRidge, type KernelRidgeOptions } from './kernelRidge';
import type { Folds } from './folds';
import type { StudyRow, StudyTable } from './rows';

/**
 * A cross-validation: each fold is predicted by a forest fitted on the other folds. Plain data, so that it can be sent
 * to a thread.
 */
export interface FoldTask {
  readonly x: readonly (readonly number[])[];
  readonly y: ArrayLike<number>;
  readonly folds: Folds;
  /** Null: no forest, the kernel ridge regression alone. */
  readonly options: ForestOptions | null;
  readonly kernelRidge?: KernelRidgeOptions | undefined;
  readonly seed: number;
  /** Probability outside the interval on each side; without it there are no intervals. */
  readonly tail?: number | undefined;
  /** Fraction of the training rows that are used (default 1). */
  readonly fraction?: number | undefined;
}

export interface HeldOut {
  /** NaN for a row whose fold has no training rows. */
  readonly value: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Runs a cross-validation, here or in a thread. */
export type FoldRunner = (task: FoldTask) => Promise<HeldOut>;

/** Scaler and forest are fitted on the training rows of each fold only. */
export function predictFolds(task: FoldTask): HeldOut {
  const n = task.x.length;
  const [value, low, high] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (const held of [...new Set(task.folds)].sort((a, b) => a - b)) {
    const random = createRandom(task.seed * 1000 + held);
    const train = trainingRows(task, held);
    const test = task.x.flatMap((_, i) => (task.folds[i] === held ? [i] : []));
    if (train.length === 0) {
      for (const i of test) value[i] = low[i] = high[i] = NaN;
      continue;
    }
    const scaler = fitScaler(train.map((i) => task.x[i]!));
    const y = train.map((i) => task.y[i]!);
    const scaled = train.map((i) => scaleRow(scaler, task.x[i]!));
    const forest: Forest | null = task.options && trainForest(scaled, y, task.options, random);
    const smooth = task.kernelRidge && fitKernelRidge(scaled, y, task.kernelRidge);
    const tested = test.map((i) => scaleRow(scaler, task.x[i]!));
    const predicted = forest && predictRows(forest, tested);
    test.forEach((i, k) => {
      const x = tested[k]!;
      const values = [...(predicted ? [predicted[k]!] : []), ...(smooth ? [smooth(x)] : [])];
      value[i] = values.reduce((a, b) => a + b, 0) / values.length;
      if (task.tail === undefined || !forest) return;
      const quantiles = weightedQuantiles(y, rowWeights(forest, x, y.length), [task.tail, 1 - task.tail]);
      low[i] = quantiles[0]!;
      high[i] = quantiles[1]!;
    });
  }
  return { value, low, high };
}

function trainingRows({ x, folds, fraction = 1, seed }: FoldTask, held: number): number[] {
  const rows = x.flatMap((_, i) => (folds[i] === held ? [] : [i]));
  if (fraction >= 1) return rows;
  const random = createRandom(seed * 1000 + held + 500);
  const kept = Math.max(2, Math.round(fraction * rows.length));
  for (let i = 0; i < kept; i++) {
    const j = i + random.int(rows.length - i);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  return rows.slice(0, kept).sort((a, b) => a - b);
}

/**
 * A set's features of rows of a table. If the table lacks the fraction of scores of 0.9 or more, it is computed from
 * the last bin of the score histogram and the count.
 * @throws RangeError that names the missing column
 */
export function featureRows(table: StudyTable, rows: readonly StudyRow[], set: FeatureSet): number[][] {
  const index = new Map(table.features.map((name, i) => [name, i]));
  return rows.map((row) => {
    const column = (name: string): number => {
      const i = index.get(name);
      if (i !== undefined) return row.values[i]!;
      if (name === 'fractionAbove09' && index.has('count09'))
        return column('count09') / Math.max(1, column('detectionCount'));
      throw new RangeError(`The table has no column ${name}, which ${set.name} needs.`);
    };
    return set.values(column);
  });
}
