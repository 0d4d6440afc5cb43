import { allCandidates, best, paperForest, published8, type FeatureSet } from './featureSets';
import { randomFolds } from './folds';
import { featureRows } from './heldOut';
import type { KernelRidgeOptions } from './kernelRidge';
import { foldCount, type Study } from './study';
import { studyMetrics, type StudyMetrics } from './studyMetrics';

/** One way of predicting: features, and which regressions are averaged. */
export interface Recipe {
  readonly set: string;
  readonly kind: 'forest' | 'kernel ridge' | 'mean of both';
  readonly kernelRidge: KernelRidgeOptions | null;
}

export interface Selection {
  /** Recipes that were compared. */
  readonly recipes: number;
  /**
   * The recipe with the smallest squared error over all folds, and its error on the same folds, which is optimistic.
   */
  readonly chosen: { readonly recipe: Recipe; readonly metrics: StudyMetrics };
  /** The choice repeated inside each training part and evaluated on the part left out, which is unbiased. */
  readonly nested: { readonly recipes: readonly Recipe[]; readonly metrics: StudyMetrics };
  /** The paper's deployed model on the same folds. */
  readonly published: StudyMetrics;
}

const alphas = [0.03, 0.1, 0.3] as const;
const widths = [0.5, 1, 2] as const;

/** Feature sets among which the choice is made; from the paper's to all that the table has. */
export function candidateSets(study: Study): FeatureSet[] {
  const all = allCandidates(study.table);
  const from = (name: string, of: FeatureSet, choose: (feature: string) => boolean): FeatureSet => {
    const kept = of.features.map((f, i) => [f, i] as const).filter(([f]) => choose(f));
    return {
      ...of,
      name,
      features: kept.map(([f]) => f),
      values: (column) => {
        const values = of.values(column);
        return kept.map(([, i]) => values[i]!);
      },
    };
  };
  return [
    published8,
    all,
    best,
    from('best without the relative spread', best, (f) => f !== 'relativeStdBoxArea'),
    from('best without image confidence', best, (f) => f !== 'imageConfidence'),
    from('scores alone', best, (f) => ['fractionAbove09', 'imageConfidence', 'meanScore', 'stdScore'].includes(f)),
  ];
}

/**
 * Optimism of the error of the best of many recipes: the same choice is made by five-fold cross-validation inside each
 * training part and evaluated on the part that the choice did not see (nested cross-validation, Varma and Simon 2006).
 */
export async function selection(study: Study): Promise<Selection> {
  const { seed } = study.options;
  const groups = study.rows.map((r) => r.image);
  const sets = candidateSets(study);
  const xs = sets.map((set) => featureRows(study.table, study.rows, set));
  const outer = study.folds('random')[0]!;
  const every = study.rows.map((_, i) => i);

  /** Held-out predictions of every recipe on some rows. */
  const predictions = async (rows: readonly number[], folds: ArrayLike<number>) => {
    const y = rows.map((i) => study.y[i]!);
    const perSet = sets.map(async (set, s) => {
      const x = rows.map((i) => xs[s]![i]!);
      const task = { x, y, folds: Int32Array.from(folds), seed };
      const kernels = alphas.flatMap((alpha) => widths.map((w) => ({ alpha, gamma: w / (2 * set.features.length) })));
      const [forest, ...smooth] = await Promise.all([
        study.run({ ...task, options: paperForest }),
        ...kernels.map((kernelRidge) => study.run({ ...task, options: null, kernelRidge })),
      ]);
      const recipe = (kind: Recipe['kind'], kernelRidge: KernelRidgeOptions | null) => ({ set: set.name, kind, kernelRidge }); // prettier-ignore
      return [
        { recipe: recipe('forest', null), value: forest!.value },
        ...smooth.flatMap(({ value }, k) => [
          { recipe: recipe('kernel ridge', kernels[k]!), value },
          { recipe: recipe('mean of both', kernels[k]!), value: value.map((v, i) => (v + forest!.value[i]!) / 2) },
        ]),
      ];
    });
    const found = (await Promise.all(perSet)).flat();
    return found.map((f) => ({ ...f, squares: f.value.reduce((s, v, i) => s + (v - y[i]!) ** 2, 0) }));
  };
  const least = (found: Awaited<ReturnType<typeof predictions>>) =>
    found.reduce((a, b) => (b.squares < a.squares ? b : a));

  const [all, inner] = await Promise.all([
    predictions(every, outer),
    Promise.all(
      [...new Set(outer)].map(async (held) => {
        const rows = every.filter((i) => outer[i] !== held);
        return { held, recipe: least(await predictions(rows, randomFolds(rows.length, foldCount, seed + 1))).recipe };
      }),
    ),
  ]);
  // The recipe of a fold, fitted on all its training rows, is among those of the outer folds.
  const nested = new Float64Array(every.length);
  for (const { held, recipe } of inner) {
    const { value } = all.find((f) => JSON.stringify(f.recipe) === JSON.stringify(recipe))!;
    for (const i of every) if (outer[i] === held) nested[i] = value[i]!;
  }
  const metrics = (value: Float64Array) => studyMetrics({ truth: study.y, predictions: [value], groups });
  const chosen = least(all);
  return {
    recipes: all.length,
    chosen: { recipe: chosen.recipe, metrics: metrics(chosen.value) },
    nested: { recipes: inner.map((i) => i.recipe), metrics: metrics(nested) },
    published: metrics(all.find((f) => f.recipe.set === 'published8' && f.recipe.kind === 'forest')!.value),
  };
}
