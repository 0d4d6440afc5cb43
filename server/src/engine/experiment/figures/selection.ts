import * as Plot from '@observablehq/plot';
import type { ResultTable } from '../../../core/experiment/rows';
import { selection, type Recipe, type Selection } from '../../../core/experiment/selection';
import type { Study } from '../../../core/experiment/study';
import type { StudyMetrics } from '../../../core/experiment/studyMetrics';
import { ink, number, targetLabel, type ExperimentResult } from '../result';

/** Largest number of rows: the time of kernel ridge regression grows with their third power. */
const mostRows = 2000;

/** Measures how optimistic the error of the best of many recipes is. */
export async function selectionResult(study: Study): Promise<ExperimentResult> {
  const { target } = study.options;
  const empty = { id: 'selection', title: 'Optimism of choosing on the same rows', paper: null };
  if (study.rows.length > mostRows)
    return { ...empty, text: [`Left out: the table has more than ${mostRows} rows.`], tables: [], figures: [], summary: null }; // prettier-ignore
  const found = await selection(study);
  const lines = linesOf(found);
  const table: ResultTable = {
    name: `selection-${target}`,
    title: `Errors of the predicted ${targetLabel(target)} with and without a choice on the same rows`,
    columns: ['predicted by', 'RMSE', 'MAE', 'MAE low', 'MAE high', 'R²'],
    rows: lines.map(({ name, m }) => [name, m.rmse, m.mae, m.ci.mae?.[0] ?? null, m.ci.mae?.[1] ?? null, m.r2]),
  };
  const points = lines.map(({ name, m }) => ({ name, mae: m.mae, low: m.ci.mae?.[0] ?? m.mae, high: m.ci.mae?.[1] ?? m.mae })); // prettier-ignore
  const { chosen, nested } = found;
  return {
    ...empty,
    text: [
      `${found.recipes} recipes (feature sets; forest, kernel ridge regression or the mean of both; its two parameters) are compared in random five-fold. The best of them on these rows is ${words(chosen.recipe)}: MAE ${number(chosen.metrics.mae, 4)}, R² ${number(chosen.metrics.r2, 4)}. This figure is optimistic, because the recipe was chosen on the rows on which it is evaluated.`,
      `Chosen anew inside each training part, by five-fold there: MAE ${number(nested.metrics.mae, 4)}, R² ${number(nested.metrics.r2, 4)}. This figure is not biased by the choice among these recipes; the RMSE, by which the choice is made, is ${number(nested.metrics.rmse, 4)} instead of ${number(chosen.metrics.rmse, 4)}, and the difference is the optimism. Chosen in the folds: ${nested.recipes.map(words).join('; ')}.`,
    ],
    tables: [table],
    figures: [
      {
        name: `selection-${target}`,
        title: `MAE of the predicted ${targetLabel(target)} with and without a choice on the same rows`,
        caption: 'One repetition of random five-fold, with 95 % intervals.',
        data: table,
        plot: {
          height: 150,
          marginLeft: 220,
          marginRight: 60,
          marginBottom: 42,
          x: { label: 'MAE →', grid: true, zero: true },
          y: { label: null, domain: points.map((p) => p.name) },
          marks: [
            Plot.ruleY(points, { x1: 'low', x2: 'high', y: 'name', stroke: ink.first, strokeWidth: 2 }),
            Plot.dot(points, { x: 'mae', y: 'name', fill: ink.first, r: 5 }),
            Plot.text(points, { x: 'high', y: 'name', text: (p: { mae: number }) => number(p.mae), dx: 6, textAnchor: 'start' }), // prettier-ignore
          ],
        },
      },
    ],
    summary: found,
  };
}

const linesOf = ({ published, chosen, nested }: Selection): { name: string; m: StudyMetrics }[] => [
  { name: 'published eight, forest', m: published },
  { name: 'best recipe, same rows', m: chosen.metrics },
  { name: 'recipe chosen in training folds', m: nested.metrics },
];

const words = ({ set, kind, kernelRidge }: Recipe) =>
  `${set}, ${kind}${kernelRidge ? ` (alpha ${kernelRidge.alpha}, gamma ${number(kernelRidge.gamma)})` : ''}`;
