import * as Plot from '@observablehq/plot';
import { bestCount, featureCount, learningCurve, ranking, type FeatureCount } from '../../../core/experiment/ranking';
import type { ResultTable } from '../../../core/experiment/rows';
import type { Study } from '../../../core/experiment/study';
import { groupBy } from '../../../core/stats/groupBy';
import { candidateFeatures19 } from '../../../core/features/candidates19';
import { publishedFeatures } from '../../../core/features/published8';
import { dashes, ink, number, targetLabel, type ExperimentResult, type Figure } from '../result';

const labels = new Map(
  [...publishedFeatures, ...candidateFeatures19].map((f) => [f.name, 'number' in f ? `${f.number} ${f.name}` : f.name]),
);
const label = (name: string) => labels.get(name) ?? name;

/** Place among the paper's eight, which are in the order of its ranking; null for the others. */
function paperRank(name: string): number | null {
  const at = publishedFeatures.findIndex((f) => f.name === (name === 'count09' ? 'fractionAbove09' : name));
  return at < 0 ? null : at + 1;
}

/** Fig. 3. */
export function rankingResult(study: Study): ExperimentResult {
  const found = [study.sets[1]!, study.sets[0]!].map((set) => ranking(study, set));
  const all = found[0]!;
  const order = all.features.map((f) => label(f.name));
  const f1 = study.options.target === 'f1';
  const third = (rank: number) => (rank < 1 / 3 ? 'low' : rank > 2 / 3 ? 'high' : 'middle');
  const points = all.points.rows.map(([name, , , rank, shap]) => ({
    feature: label(name as string),
    value: third(rank as number),
    shap: shap as number,
  }));
  const table: ResultTable = {
    name: `ranking-${study.options.target}`,
    title: `Mean absolute SHAP value of each feature (${targetLabel(study.options.target)})`,
    columns: ['set', 'rank', 'feature', 'mean |SHAP|', ...(f1 ? ['rank in the paper'] : [])],
    rows: found.flatMap((r) => r.features.map((f, i) => [r.set, i + 1, label(f.name), f.meanAbsShap, ...(f1 ? [paperRank(f.name)] : [])])), // prettier-ignore
  };
  const first = all.features[0]!.name;
  return {
    id: 'ranking',
    title: 'Which features matter',
    text: [
      `Exact SHAP values (path dependent) of a forest fitted on all ${study.rows.length} rows. First of the candidates: ${label(first)}; first of the published eight: ${label(found[1]!.features[0]!.name)}.`,
      'Strongly correlated features divide their SHAP value between them; the order of close ones means little.',
    ],
    paper:
      'Fig. 3: the number of scores of 0.9 or more (feature 9) comes first; the deployed eight follow the ranking: detections scored 0.9 or more, count, area ratio, image confidence, mean score, mean box area, deviation of the scores, deviation of the box areas.',
    tables: [table],
    figures: [
      {
        name: `ranking-${study.options.target}`,
        title: 'SHAP values by feature',
        caption:
          'One mark per image and feature, the most important feature on top. Shape and shade: the feature’s value among all rows (lowest third ○, middle ◇, highest △).',
        data: all.points,
        plot: {
          height: 70 + 34 * order.length,
          marginLeft: 150,
          marginBottom: 42,
          x: { label: `SHAP value: contribution to the predicted ${targetLabel(study.options.target)} →`, grid: true },
          y: { label: null, ticks: order.map((_, i) => i), tickFormat: (i: number) => order[i] ?? '', reverse: true },
          color: { domain: ['low', 'middle', 'high'], range: [ink.first, ink.quiet, ink.second] },
          symbol: { domain: ['low', 'middle', 'high'], range: ['circle', 'diamond', 'triangle'] },
          marks: [
            Plot.ruleX([0], { stroke: 'currentColor' }),
            Plot.dot(swarm(points, order), { x: 'shap', y: 'y', stroke: 'value', symbol: 'value', r: 1.8, strokeWidth: 0.9 }), // prettier-ignore
          ],
        },
      },
    ],
    summary: Object.fromEntries(found.map((r) => [r.set, r.features])),
  };
}

interface SwarmPoint {
  readonly feature: string;
  readonly shap: number;
}

/** Spreads the points of a feature around its line in proportion to their density, at most 0.42 from it. */
function swarm<P extends SwarmPoint>(points: readonly P[], order: readonly string[]): (P & { readonly y: number })[] {
  const values = points.map((p) => p.shap);
  const step = (Math.max(...values) - Math.min(...values)) / 150 || 1;
  const bins = groupBy(points, (p) => `${p.feature} ${Math.round(p.shap / step)}`);
  return [...bins.values()].flatMap((own) => {
    const reach = Math.min(0.42, 0.03 * own.length);
    return own.map((p, i) => ({
      ...p,
      y: order.indexOf(p.feature) + (own.length === 1 ? 0 : reach * ((2 * i) / (own.length - 1) - 1)),
    }));
  });
}

/** Fig. 4. */
export async function featureCountResult(study: Study): Promise<ExperimentResult> {
  const order = ranking(study, study.sets[1]!).features.map((f) => f.name);
  const counts = await featureCount(study, order, 1);
  const best = bestCount(counts);
  const f1 = study.options.target === 'f1';
  const eight = counts.find((c) => c.count === 8);
  const table: ResultTable = {
    name: `feature-count-${study.options.target}`,
    title: 'Errors with the most important features alone',
    columns: ['features', 'added feature', 'RMSE', 'MAE', 'R²'],
    rows: counts.map((c) => [c.count, label(c.features.at(-1)!), c.metrics.rmse, c.metrics.mae, c.metrics.r2]),
  };
  return {
    id: 'feature-count',
    title: 'How many features are needed',
    text: [
      `Random five-fold with the first 5 to ${order.length} features of the ranking. Lowest RMSE with ${best} features (${number(counts.find((c) => c.count === best)!.metrics.rmse)})${eight ? `, ${number(eight.metrics.rmse)} with 8` : ''}; the differences are smaller than the intervals.`,
      'The ranking was computed on the same rows, as in the paper.',
    ],
    paper: !f1 ? null : 'Fig. 4: the best of 5 to 19 features is eight, with RMSE 0.127 and R² 0.774.',
    tables: [table],
    figures: [
      countFigure({ key: 'rmse', label: 'RMSE', paper: f1 ? 0.127 : null }, counts, table),
      countFigure({ key: 'r2', label: 'R²', paper: f1 ? 0.774 : null }, counts, table),
    ],
    summary: { best, counts: counts.map((c) => ({ count: c.count, features: c.features, ...c.metrics })) },
  };
}

interface CountedMetric {
  readonly key: 'rmse' | 'r2';
  readonly label: string;
  /** Value of the paper with eight features; null for other targets. */
  readonly paper: number | null;
}

function countFigure(
  { key, label, paper }: CountedMetric,
  counts: readonly FeatureCount[],
  table: ResultTable,
): Figure {
  const data = counts.map(({ count, metrics: m }) => ({
    count,
    value: m[key],
    low: m.ci[key]?.[0],
    high: m.ci[key]?.[1],
  }));
  return {
    name: `${table.name}-${key}`,
    title: `${label} against the number of features`,
    caption: `Band: 95 % interval. Dashed: the eight features of the paper.${paper === null ? '' : ` Square: the paper, ${paper}.`}`,
    data: table,
    plot: {
      height: 240,
      marginLeft: 56,
      marginTop: 30,
      marginBottom: 42,
      x: { label: 'number of features →', ticks: counts.map((c) => c.count), tickFormat: 'd' },
      y: { label: `↑ ${label}`, grid: true },
      marks: [
        ...(counts.some((c) => c.count === 8) ? [Plot.ruleX([8], { stroke: 'currentColor', strokeDasharray: dashes[1] })] : []), // prettier-ignore
        Plot.areaY(data, { x: 'count', y1: 'low', y2: 'high', fill: ink.first, fillOpacity: 0.2 }),
        Plot.lineY(data, { x: 'count', y: 'value', stroke: ink.first, strokeWidth: 2 }),
        Plot.dot(data, { x: 'count', y: 'value', fill: ink.first, r: 4 }),
        ...(paper === null ? [] : [Plot.dot([paper], { x: 8, y: (v: number) => v, symbol: 'square', stroke: ink.second, strokeWidth: 2, r: 5 })]), // prettier-ignore
      ],
    },
  };
}

/** The experiment `learning-curve`: errors in random folds with parts of the training rows. */
export async function learningCurveResult(study: Study): Promise<ExperimentResult> {
  const points = await learningCurve(study, study.sets[0]!);
  const table: ResultTable = {
    name: `learning-curve-${study.options.target}`,
    title: 'Errors with fewer training rows (published eight features)',
    columns: ['training rows', 'RMSE', 'MAE', 'MAE low', 'MAE high', 'R²'],
    rows: points.map(({ training, metrics: m }) => [training, m.rmse, m.mae, m.ci.mae?.[0] ?? null, m.ci.mae?.[1] ?? null, m.r2]), // prettier-ignore
  };
  const data = points.map((p) => ({ training: p.training, mae: p.metrics.mae, low: p.metrics.ci.mae?.[0], high: p.metrics.ci.mae?.[1] })); // prettier-ignore
  const [last, before] = [points.at(-1)!, points.at(-3)!];
  return {
    id: 'learning-curve',
    title: 'How many labelled images are needed',
    text: [
      `Random five-fold with parts of the training rows: MAE ${number(points[0]!.metrics.mae)} with ${points[0]!.training} rows, ${number(before.metrics.mae)} with ${before.training}, ${number(last.metrics.mae)} with ${last.training}.`,
    ],
    paper: null,
    tables: [table],
    figures: [
      {
        name: `learning-curve-${study.options.target}`,
        title: 'Error against the number of training rows',
        caption: 'Mean absolute error in random folds with its 95 % interval.',
        data: table,
        plot: {
          height: 280,
          marginBottom: 42,
          x: { label: 'training rows →', zero: true },
          y: { label: '↑ MAE', grid: true, zero: true },
          marks: [
            Plot.areaY(data, { x: 'training', y1: 'low', y2: 'high', fill: ink.first, fillOpacity: 0.2 }),
            Plot.lineY(data, { x: 'training', y: 'mae', stroke: ink.first, strokeWidth: 2 }),
            Plot.dot(data, { x: 'training', y: 'mae', fill: ink.first, r: 4 }),
          ],
        },
      },
    ],
    summary: points.map(({ fraction, training, metrics }) => ({ fraction, training, ...metrics })),
  };
}
