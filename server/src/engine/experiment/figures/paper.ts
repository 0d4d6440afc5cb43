import * as Plot from '@observablehq/plot';
import type { ResultTable, StudyTarget } from '../../../core/experiment/rows';
import type { SetValidation } from '../../../core/experiment/validation';
import { ink, number, targetLabel, type Figure } from '../result';

const metrics = ['rmse', 'mae', 'r2', 'nrmse', 'nmae'] as const;
const labels = { rmse: 'RMSE', mae: 'MAE', r2: 'R²', nrmse: 'NRMSE', nmae: 'NMAE' } as const;
type PaperMetrics = Readonly<Record<(typeof metrics)[number], number>>;

/** The paper's errors in ten times random five-fold on the authors' 833 rows (Table 3 and text). */
export const paperMetrics: Readonly<Partial<Record<StudyTarget, PaperMetrics>>> = {
  f1: { rmse: 0.127, mae: 0.093, r2: 0.774, nrmse: 0.475, nmae: 0.167 },
  precision: { rmse: 0.132, mae: 0.094, r2: 0.81, nrmse: 0.435, nmae: 0.163 },
  recall: { rmse: 0.192, mae: 0.14, r2: 0.57, nrmse: 0.656, nmae: 0.198 },
};

/** The paper's published errors, drawn beside ours. */
export function paperFigure(target: StudyTarget, sets: Readonly<Record<string, SetValidation>>): Figure[] {
  const paper = paperMetrics[target];
  if (!paper) return [];
  const sources = ['the paper', 'published8', 'best'];
  const points = metrics.flatMap((key) =>
    sources.flatMap((source) => {
      const m = sets[source]?.random;
      const value = m ? m[key] : source === 'the paper' ? paper[key] : null;
      if (value === null) return [];
      const [low, high] = m?.ci[key] ?? [value, value];
      return [{ metric: labels[key], source, value, low, high }];
    }),
  );
  const data: ResultTable = {
    name: `paper-${target}`,
    title: `Errors of the predicted ${targetLabel(target)}, the paper and ours`,
    columns: ['metric', 'source', 'value', 'low', 'high'],
    rows: points.map((p) => [p.metric, p.source, p.value, p.low, p.high]),
  };
  const symbol = { domain: sources, range: ['circle', 'triangle', 'square'] as const };
  return [
    {
      name: data.name,
      title: data.title,
      caption:
        'Random five-fold. Drawn from the numbers that the paper prints for the authors’ 833 rows; ours with 95 % intervals. On other rows the two are not comparable.',
      data,
      plot: {
        height: 320,
        marginTop: 36,
        marginBottom: 42,
        marginLeft: 80,
        marginRight: 60,
        x: { label: 'value →', grid: true, zero: true },
        y: { label: null, axis: null, domain: sources },
        fy: { label: null, domain: metrics.map((key) => labels[key]) },
        symbol: { domain: [...symbol.domain], range: [...symbol.range] },
        color: { domain: sources, range: [ink.second, ink.first, ink.third] },
        marks: [
          Plot.ruleY(points, { x1: 'low', x2: 'high', y: 'source', fy: 'metric', stroke: 'source', strokeWidth: 2 }),
          Plot.dot(points, { x: 'value', y: 'source', fy: 'metric', symbol: 'source', fill: 'source', r: 5 }),
          Plot.text(points, { x: 'high', y: 'source', fy: 'metric', text: (p: { value: number }) => number(p.value), dx: 8, textAnchor: 'start' }), // prettier-ignore
          Plot.text(['RMSE'], { fy: (d: string) => d, text: () => sources.map((s, i) => `${'●▲■'[i]} ${s}`).join('     '), frameAnchor: 'top-left', dy: -22 }), // prettier-ignore
        ],
      },
    },
  ];
}
