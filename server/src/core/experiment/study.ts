import { allCandidates, best, published8, type FeatureSet } from './featureSets';
import { groupedFolds, randomFolds, splitFolds, type Folds } from './folds';
import { featureRows, type FoldRunner, type HeldOut } from './heldOut';
import { withTarget, type StudyRow, type StudyTable, type StudyTarget } from './rows';

/** How rows are held out: random folds, folds that keep an image or a group together, one detector split at a time. */
export type Scheme = 'random' | 'byImage' | 'byGroup' | 'bySplit';

export interface StudyOptions {
  readonly target: StudyTarget;
  readonly seed: number;
  /** Repetitions of the random five-fold with other folds (the paper: ten). */
  readonly repeats: number;
}

/** Rows of a target and their held-out predictions, which the experiments share. */
export interface Study {
  readonly table: StudyTable;
  readonly options: StudyOptions;
  readonly rows: readonly StudyRow[];
  readonly y: Float64Array;
  readonly sets: readonly FeatureSet[];
  readonly run: FoldRunner;
  /** Features of all rows under a set. */
  readonly x: (set: FeatureSet) => number[][];
  /** Folds of a scheme, one for each repetition; empty where the rows do not allow it. */
  readonly folds: (scheme: Scheme) => readonly Folds[];
  /** Held-out predictions, one for each repetition; computed once. */
  readonly heldOut: (set: FeatureSet, scheme: Scheme) => Promise<readonly HeldOut[]>;
}

/** Folds of each cross-validation. */
export const foldCount = 5;
/** Repetitions of grouped folds. */
const groupedRepeats = 3;

/** Smallest number of rows for an experiment with held-out rows. */
export const leastStudyRows = 10;

/**
 * A study of one target on the rows of a table; cross-validations run in `run` and are computed once.
 * @throws RangeError with fewer than ten rows of the target
 */
export function createStudy(table: StudyTable, options: StudyOptions, run: FoldRunner): Study {
  const { rows, y } = withTarget(table, options.target);
  if (rows.length < leastStudyRows)
    throw new RangeError(
      `The table has ${rows.length} rows with ${options.target}; an experiment needs at least ${leastStudyRows}.`,
    );
  const sets = [published8, allCandidates(table), best];
  const known = new Map<string, Promise<readonly HeldOut[]>>();
  const xs = new Map<string, number[][]>();
  const x = (set: FeatureSet) => {
    const own = xs.get(set.name) ?? featureRows(table, rows, set);
    xs.set(set.name, own);
    return own;
  };
  const folds = (scheme: Scheme): Folds[] => {
    switch (scheme) {
      case 'random':
        return Array.from({ length: options.repeats }, (_, k) => randomFolds(rows.length, foldCount, options.seed + k));
      case 'byImage':
      case 'byGroup': {
        const keys = rows.map((r) => (scheme === 'byImage' ? r.image : r.group));
        if (new Set(keys).size < 2) return [];
        return Array.from({ length: groupedRepeats }, (_, k) => groupedFolds(keys, foldCount, options.seed + k));
      }
      case 'bySplit': {
        const own = splitFolds(rows);
        return own ? [own] : [];
      }
    }
  };
  const heldOut = (set: FeatureSet, scheme: Scheme) => {
    const key = `${set.name} ${scheme}`;
    const own =
      known.get(key) ??
      Promise.all(
        folds(scheme).map((f, k) =>
          run({ x: x(set), y, folds: f, options: set.options, kernelRidge: set.kernelRidge, seed: options.seed + k }),
        ),
      );
    known.set(key, own);
    return own;
  };
  return { table, options, rows, y, sets, run, x, folds, heldOut };
}
