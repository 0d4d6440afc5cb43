import { explainRows } from '../forest/treeShap';
import { trainForest } from '../forest/trainForest';
import { createRandom } from '../random';
import { fitScaler, scaleRow } from '../reliability/fitForest';
import type { FeatureSet } from './featureSets';
import { foldCount, type Study } from './study';
import { featureRows } from './heldOut';
import { studyMetrics, type StudyMetrics } from './studyMetrics';
import type { ResultTable } from './rows';

export interface Ranking {
  readonly set: string;
  /** Features by falling mean |SHAP value|. */
  readonly features: readonly { readonly name: string; readonly meanAbsShap: number }[];
  /** One point per row and feature: SHAP value, and the value's rank among the rows from 0 to 1. */
  readonly points: ResultTable;
}

/** Rows drawn for the beeswarm; the means use all of them. */
const mostPoints = 350;

const known = new WeakMap<Study, Map<string, Ranking>>();

/** Fig. 3: exact SHAP values (path dependent) of a forest fitted on all rows; computed once per study and set. */
export function ranking(study: Study, set: FeatureSet): Ranking {
  const own = known.get(study) ?? new Map<string, Ranking>();
  known.set(study, own);
  const found = own.get(set.name) ?? rank(study, set);
  own.set(set.name, found);
  return found;
}

function rank(study: Study, set: FeatureSet): Ranking {
  const raw = study.x(set);
  const scaler = fitScaler(raw);
  const scaled = raw.map((row) => scaleRow(scaler, row));
  const forest = trainForest(scaled, study.y, set.options, createRandom(study.options.seed));
  const shap = explainRows(forest, scaled, set.features.length).map((e) => e.contributions);
  const features = set.features
    .map((name, f) => ({ name, f, meanAbsShap: shap.reduce((s, row) => s + Math.abs(row[f]!), 0) / shap.length }))
    .sort((a, b) => b.meanAbsShap - a.meanAbsShap);
  const step = Math.max(1, Math.ceil(shap.length / mostPoints));
  const rows = features.flatMap(({ name, f }) => {
    const order = raw.map((_, i) => i).sort((a, b) => raw[a]![f]! - raw[b]![f]!);
    const rank = new Float64Array(raw.length);
    order.forEach((i, k) => (rank[i] = k / Math.max(1, raw.length - 1)));
    return raw.flatMap((row, i) => (i % step ? [] : [[name, study.rows[i]!.image, row[f]!, rank[i]!, shap[i]![f]!]]));
  });
  return {
    set: set.name,
    features: features.map(({ name, meanAbsShap }) => ({ name, meanAbsShap })),
    points: {
      name: `ranking-${set.name}-${study.options.target}`,
      title: 'SHAP value of each feature and image',
      columns: ['feature', 'image', 'value', 'rank of the value', 'SHAP value'],
      rows,
    },
  };
}

export interface FeatureCount {
  readonly count: number;
  /** The features, most important first. */
  readonly features: readonly string[];
  readonly metrics: StudyMetrics;
}

/**
 * Fig. 4: errors in random folds with the most important features alone. The order comes from the same rows, as in the
 * paper, so that small differences between counts mean little.
 * @param repeats repetitions of the folds
 */
export async function featureCount(study: Study, order: readonly string[], repeats: number): Promise<FeatureCount[]> {
  const all = study.sets[1]!;
  const groups = study.rows.map((r) => r.image);
  const folds = study.folds('random').slice(0, repeats);
  const counts = order.map((_, i) => i + 1).filter((count) => count >= 5 || count === order.length);
  return Promise.all(
    counts.map(async (count) => {
      const features = order.slice(0, count);
      const x = featureRows(study.table, study.rows, { ...all, features, values: (column) => features.map(column) });
      const predictions = await Promise.all(
        folds.map((f, k) => study.run({ x, y: study.y, folds: f, options: all.options, seed: study.options.seed + k })),
      );
      const metrics = studyMetrics({ truth: study.y, predictions: predictions.map((p) => p.value), groups });
      return { count, features, metrics };
    }),
  );
}

/** Number of features with the lowest RMSE. */
export const bestCount = (counts: readonly FeatureCount[]): number =>
  counts.reduce((a, b) => (b.metrics.rmse < a.metrics.rmse ? b : a)).count;

export interface LearningPoint {
  readonly fraction: number;
  /** Mean number of training rows. */
  readonly training: number;
  readonly metrics: StudyMetrics;
}

/** Errors in random folds with fractions of the training rows. */
export async function learningCurve(study: Study, set: FeatureSet): Promise<LearningPoint[]> {
  const fractions = [0.1, 0.2, 0.4, 0.6, 0.8, 1];
  const folds = study.folds('random').slice(0, 1);
  const groups = study.rows.map((r) => r.image);
  return Promise.all(
    fractions.map(async (fraction) => {
      const predictions = await Promise.all(
        folds.map((f, k) =>
          study.run({
            x: study.x(set),
            y: study.y,
            folds: f,
            options: set.options,
            seed: study.options.seed + k,
            fraction,
          }),
        ),
      );
      const training = Math.round(((foldCount - 1) / foldCount) * study.rows.length * fraction);
      return {
        fraction,
        training,
        metrics: studyMetrics({ truth: study.y, predictions: predictions.map((p) => p.value), groups }),
      };
    }),
  );
}
