import * as Plot from '@observablehq/plot';
import { isRandomSplit } from '../../../core/experiment/folds';
import type { StudyTarget } from '../../../core/experiment/rows';
import type { Study } from '../../../core/experiment/study';
import type { StudyMetrics } from '../../../core/experiment/studyMetrics';
import { validation, validationTables } from '../../../core/experiment/validation';
import { paperFigure, paperMetrics } from './paper';
import { dashes, ink, legend, number, symbols, targetLabel, type ExperimentResult } from '../result';

/** With fewer rows the report states that differences are uncertain. */
const fewRows = 200;

interface Point {
  readonly set: string;
  readonly folds: string;
  readonly mae: number;
}
const row = (p: Point) => `${p.set}, ${p.folds}`;

const paperText: Readonly<Record<string, string>> = {
  f1: 'Table 3: RMSE 0.127, MAE 0.093, R² 0.774, NRMSE 0.475, NMAE 0.167 on 833 rows, ten times random five-fold. Table 2, the same predictions per split: mean MAE 0.082 over random and 0.121 over grouped splits; A: over_over RMSE 0.141, MAE 0.11.',
  precision: 'RMSE 0.132, MAE 0.094, R² 0.81, NRMSE 0.435, NMAE 0.163.',
  recall: 'RMSE 0.192, MAE 0.140, R² 0.57, NRMSE 0.656, NMAE 0.198.',
  'swelling-error': 'R² 0.131.',
};

/** The experiment `validation` (Tables 2 and 3): errors of the sets of features in each kind of folds. */
export async function validationResult(study: Study): Promise<ExperimentResult> {
  const { target } = study.options;
  const sets = await validation(study);
  const tables = validationTables(target, sets);
  const names = Object.keys(sets);
  const points = names.flatMap((set) => {
    const v = sets[set]!;
    const kinds: [string, StudyMetrics | null][] = [['random folds', v.random], ['folds by image', v.byImage], ['folds by group', v.byGroup], ['leave one split out', v.bySplit]]; // prettier-ignore
    return kinds.flatMap(([folds, m]) =>
      m ? [{ set, folds, mae: m.mae, low: m.ci.mae?.[0] ?? m.mae, high: m.ci.mae?.[1] ?? m.mae }] : [],
    );
  });
  const published = sets.published8!;
  const images = new Set(study.rows.map((r) => r.image)).size;
  const paper = paperMetrics[target]?.mae;
  const { random, grouped } = published.averages;
  return {
    id: 'validation',
    title: `How well ${targetLabel(target)} is predicted`,
    text: [
      `${study.rows.length} rows of ${images} images; ${study.options.repeats} times random five-fold, three times five-fold by image${published.bySplit ? ', each split left out once' : ''}. Intervals: 95 %, bootstrap over images.`,
      ...(study.rows.length < fewRows ? [`${study.rows.length} rows are few: differences smaller than the intervals are not significant, and figures for parts of the rows even less so.`] : []), // prettier-ignore
      `Published eight features: RMSE ${number(published.random.rmse)}, MAE ${number(published.random.mae)}, R² ${number(published.random.r2)} in random folds${published.byImage ? `, MAE ${number(published.byImage.mae)} and R² ${number(published.byImage.r2)} by image` : ''}${published.bySplit ? `, MAE ${number(published.bySplit.mae)} with a split left out` : ''}.`,
      ...(random && grouped
        ? [`Mean over the ${random.splits} random splits, in random folds: MAE ${number(random.mae)}; over the ${grouped.splits} grouped splits: ${number(grouped.mae)}.`] // prettier-ignore
        : []),
      ...names.map((n) => `${n}: ${sets[n]!.description}.`),
    ],
    paper: paperText[target] ?? null,
    tables,
    figures: [
      {
        name: `validation-${target}`,
        title: `Mean absolute error of the predicted ${targetLabel(target)}`,
        caption: `MAE with 95 % intervals by set of features (shape) and by folds.${paper ? ` Dashed: the paper, ${paper}.` : ''}`,
        data: tables[0]!,
        plot: {
          height: 60 + 26 * points.length,
          marginLeft: 200,
          marginRight: 60,
          marginBottom: 42,
          x: { label: 'MAE →', grid: true, zero: true },
          y: { label: null, domain: points.map(row) },
          symbol: { domain: names, range: symbols.slice(0, names.length) },
          marks: [
            ...(paper ? [Plot.ruleX([paper], { stroke: 'currentColor', strokeDasharray: dashes[1] })] : []),
            Plot.ruleY(points, { x1: 'low', x2: 'high', y: row, stroke: ink.first, strokeWidth: 2 }),
            Plot.dot(points, { x: 'mae', y: row, symbol: 'set', fill: ink.first, r: 5 }),
            Plot.text(points, { x: 'high', y: row, text: (d: Point) => d.mae.toFixed(3), dx: 6, textAnchor: 'start' }),
          ],
        },
      },
      ...paperFigure(target, sets),
      ...splitFigure(target, names, sets, tables[1]),
    ],
    summary: { [target]: sets },
  };
}

function splitFigure(
  target: StudyTarget,
  names: readonly string[],
  sets: Awaited<ReturnType<typeof validation>>,
  data: ExperimentResult['tables'][number] | undefined,
): ExperimentResult['figures'] {
  if (!data) return [];
  const points = names.flatMap((set) =>
    Object.entries(sets[set]!.randomSplits).map(([split, m]) => ({
      set,
      split: `${split} (${m.rows}${isRandomSplit(split) === null ? '' : isRandomSplit(split) ? ', random' : ', grouped'})`,
      mae: m.mae,
    })),
  );
  return [
    {
      name: `splits-${target}`,
      title: `Error of the predicted ${targetLabel(target)} per split of the detector`,
      caption:
        'MAE in random folds, by split (number of rows; whether training and test images of the detector came from one source). The paper: Table 2.',
      data,
      plot: {
        height: 360,
        marginTop: 36,
        marginLeft: 190,
        marginBottom: 42,
        x: { label: 'MAE →', grid: true, zero: true },
        y: { label: null },
        symbol: { domain: names, range: symbols.slice(0, names.length), legend: false },
        color: { domain: names, range: [ink.first, ink.second, ink.third] },
        marks: [
          Plot.dot(points, { x: 'mae', y: 'split', symbol: 'set', stroke: 'set', r: 5, strokeWidth: 2 }),
          legend(names, { filled: false }),
        ],
      },
    },
  ];
}
