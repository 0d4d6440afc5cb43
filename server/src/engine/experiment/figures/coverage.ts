import * as Plot from '@observablehq/plot';
import { coverage, nominal } from '../../../core/experiment/coverage';
import type { ResultTable } from '../../../core/experiment/rows';
import type { Study } from '../../../core/experiment/study';
import { wilson } from '../../../core/stats/wilson';
import { dashes, ink, number, targetLabel, type ExperimentResult } from '../result';

const schemeNames = {
  random: 'random folds',
  byImage: 'folds by image',
  byGroup: 'folds by group',
  bySplit: 'split left out',
};

/** The experiment `coverage`: how often 90 % intervals contain the true value. */
export async function coverageResult(study: Study): Promise<ExperimentResult> {
  const found = (await coverage(study, study.sets[0]!)).map((c) => ({ ...c, folds: schemeNames[c.scheme] }));
  const table: ResultTable = {
    name: `coverage-${study.options.target}`,
    title: `Fraction of rows whose true ${targetLabel(study.options.target)} lies in the ${nominal * 100} % interval`,
    columns: ['folds', 'rows of', 'rows', 'coverage', 'coverage low', 'coverage high', 'mean width'],
    rows: found.map((c) => [c.folds, c.group, c.rows, c.coverage, ...bounds(c), c.meanWidth]),
  };
  const all = found.filter((c) => c.group === 'all');
  return {
    id: 'coverage',
    title: 'How often the intervals contain the truth',
    text: [
      `Quantile forest on the published eight features (leaves of five rows), ${nominal * 100} % asked: ${all.map((c) => `${c.folds} ${number(c.coverage)} at mean width ${number(c.meanWidth, 2)}`).join('; ')}.`,
      'An interval that holds in random folds need not hold for another source of images: compare the splits left out.',
    ],
    paper: null,
    tables: [table],
    figures: [
      {
        name: `coverage-${study.options.target}`,
        title: 'Coverage of the intervals by group',
        caption: `Dashed: ${nominal * 100} % as asked. Bars: 95 % interval of a fraction (Wilson). In brackets: rows.`,
        data: table,
        plot: {
          height: 40 + 19 * found.length,
          marginBottom: 42,
          marginLeft: 150,
          marginRight: 110,
          x: { label: 'coverage →', domain: [0, 1], grid: true },
          y: { label: null, domain: [...new Set(found.map(label))] },
          fy: { label: null, domain: [...new Set(found.map((c) => c.folds))] },
          marks: [
            Plot.ruleX([nominal], { stroke: 'currentColor', strokeDasharray: dashes[1] }),
            Plot.ruleY(found, { x1: (d: Row) => bounds(d)[0], x2: (d: Row) => bounds(d)[1], y: label, fy: 'folds', stroke: ink.first, strokeWidth: 2 }), // prettier-ignore
            Plot.dot(found, { x: 'coverage', y: label, fy: 'folds', fill: ink.first, r: 4 }),
          ],
        },
      },
    ],
    summary: found.map(({ scheme, group, rows, coverage: c, meanWidth }) => ({ scheme, group, rows, coverage: c, meanWidth })), // prettier-ignore
  };
}

interface Row {
  readonly group: string;
  readonly coverage: number;
  readonly rows: number;
}

const bounds = ({ coverage: c, rows }: Row) => wilson(c, rows);
const label = ({ group, rows }: Row) => `${group} (${rows})`;
