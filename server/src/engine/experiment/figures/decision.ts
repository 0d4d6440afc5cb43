import * as Plot from '@observablehq/plot';
import { confusion, decisions, precisionRecallCurve } from '../../../core/experiment/classification';
import { parity } from '../../../core/experiment/parity';
import { riskCoverage } from '../../../core/experiment/riskCoverage';
import type { ResultTable } from '../../../core/experiment/rows';
import type { Study } from '../../../core/experiment/study';
import { dashes, ink, number, targetLabel, type ExperimentResult } from '../result';

/** What the paper states for thresholds below 0.8. */
const stated = [
  { figure: 'F1', least: 0.7 },
  { figure: 'accuracy', least: 0.8 },
];

/** The line between images in and out of the detector's domain. */
const domainLine = 0.5;

async function predictions(study: Study) {
  const points = parity(study.rows, study.y, await study.heldOut(study.sets[0]!, 'random'));
  return { truth: points.map((p) => p.truth), predicted: points.map((p) => p.predicted) };
}

/** A sentence where one side of the line has so few rows that its figures say little. */
function fewOnOneSide(truth: readonly number[]): string[] {
  const above = truth.filter((t) => t > domainLine).length;
  const [rows, side] = above < truth.length - above ? [above, 'above'] : [truth.length - above, 'below'];
  return rows < 20 ? [`Only ${rows} rows have a true value ${side} ${domainLine}: the figures of that side are uncertain.`] : []; // prettier-ignore
}

/** Fig. 7. */
export async function confusionResult(study: Study): Promise<ExperimentResult> {
  const { truth, predicted } = await predictions(study);
  const c = confusion(truth, predicted, domainLine);
  const cells = [
    { truth: 'below', predicted: 'below', rows: c.trueNegative },
    { truth: 'below', predicted: 'above', rows: c.falsePositive },
    { truth: 'above', predicted: 'below', rows: c.falseNegative },
    { truth: 'above', predicted: 'above', rows: c.truePositive },
  ];
  const percent = (n: number) => `${((100 * n) / truth.length).toFixed(1)} %`;
  const table: ResultTable = {
    name: `confusion-${study.options.target}`,
    title: `Images above and below ${domainLine}`,
    columns: ['true value', 'predicted value', 'rows', 'fraction'],
    rows: cells.map((x) => [x.truth, x.predicted, x.rows, x.rows / truth.length]),
  };
  const accuracy = (c.truePositive + c.trueNegative) / truth.length;
  return {
    id: 'confusion',
    title: `Is ${targetLabel(study.options.target)} above ${domainLine} or not`,
    text: [
      `${targetLabel(study.options.target)} above ${domainLine} counts as in the domain of the detector. Accuracy ${number(accuracy)}: ${c.truePositive} rows rightly called above, ${c.trueNegative} rightly below, ${c.falsePositive} wrongly above, ${c.falseNegative} wrongly below.`,
      ...fewOnOneSide(truth),
    ],
    paper: 'Fig. 7: the confusion matrix at F1 0.5; accuracy above 0.8 for thresholds under 0.8.',
    tables: [table],
    figures: [
      {
        name: `confusion-${study.options.target}`,
        title: `Images above and below ${domainLine}`,
        caption: 'Number of rows and fraction of all; a thick frame: right calls.',
        data: table,
        plot: {
          width: 420,
          height: 320,
          marginBottom: 42,
          marginLeft: 70,
          x: { label: 'predicted →', domain: ['below', 'above'] },
          y: { label: '↑ true', domain: ['above', 'below'] },
          marks: [
            Plot.cell(cells, { x: 'predicted', y: 'truth', fill: ink.first, fillOpacity: (d: { rows: number }) => 0.08 + (0.5 * d.rows) / truth.length, inset: 3, stroke: 'currentColor', strokeWidth: (d: { truth: string; predicted: string }) => (d.truth === d.predicted ? 3 : 1) } as Plot.CellOptions), // prettier-ignore
            Plot.text(cells, { x: 'predicted', y: 'truth', text: (d: { rows: number }) => `${d.rows}\n${percent(d.rows)}`, fontSize: 15 }), // prettier-ignore
          ],
        },
      },
    ],
    summary: { ...c, accuracy },
  };
}

/** Figs 8 and 9. */
export async function decisionResult(study: Study): Promise<ExperimentResult> {
  const { truth, predicted } = await predictions(study);
  const curve = precisionRecallCurve(truth, predicted, domainLine);
  const over = decisions(truth, predicted);
  const { target } = study.options;
  const prTable: ResultTable = {
    name: `precision-recall-${target}`,
    title: `Finding images with ${targetLabel(target)} above ${domainLine}`,
    columns: ['predicted value from', 'precision', 'recall'],
    rows: curve.points.map((p) => [p.threshold, p.precision, p.recall]),
  };
  const table: ResultTable = {
    name: `decision-${target}`,
    title: 'The decision over thresholds',
    columns: ['threshold', 'F1', 'accuracy', 'F1 of calling all above', 'accuracy of the more frequent call'],
    rows: over.map((d) => [d.threshold, d.f1, d.accuracy, d.baselineF1, d.baselineAccuracy]),
  };
  const lines = over.flatMap((d) => [
    { threshold: d.threshold, figure: 'F1', kind: 'forest', value: d.f1 },
    { threshold: d.threshold, figure: 'F1', kind: 'baseline', value: d.baselineF1 },
    { threshold: d.threshold, figure: 'accuracy', kind: 'forest', value: d.accuracy },
    { threshold: d.threshold, figure: 'accuracy', kind: 'baseline', value: d.baselineAccuracy },
  ]);
  const below = over.filter((d) => d.threshold < 0.8);
  const least = (key: 'f1' | 'accuracy') => Math.min(...below.map((d) => d[key]));
  return {
    id: 'decision',
    title: 'Deciding by a threshold',
    text: [
      `Average precision ${number(curve.averagePrecision)} against ${number(curve.noSkill)} without skill. For thresholds under 0.8 the F1 of the decision is at least ${number(least('f1'))} and its accuracy at least ${number(least('accuracy'))}.`,
      ...fewOnOneSide(truth),
    ],
    paper:
      'Figs 8 and 9: for thresholds under 0.8 the F1 of the classification is above 0.7 and its accuracy above 0.8.',
    tables: [table],
    figures: [
      {
        name: `precision-recall-${target}`,
        title: `Precision and recall of finding images above ${domainLine}`,
        caption: 'Dashed: without skill.',
        data: prTable,
        plot: {
          width: 460,
          height: 360,
          marginBottom: 42,
          grid: true,
          x: { label: 'recall →', domain: [0, 1] },
          y: { label: '↑ precision', domain: [0, 1] },
          marks: [
            Plot.ruleY([curve.noSkill], { stroke: 'currentColor', strokeDasharray: dashes[1] }),
            Plot.text([`without skill ${number(curve.noSkill, 2)}`], { x: 0, y: curve.noSkill, dy: -8, textAnchor: 'start', dx: 4 } as Plot.TextOptions), // prettier-ignore
            Plot.line(curve.points, { x: 'recall', y: 'precision', stroke: ink.first, strokeWidth: 2 }),
          ],
        },
      },
      {
        name: `decision-${target}`,
        title: 'F1 and accuracy of the decision over thresholds',
        caption:
          'Solid with dots: the forest. Dashed: baseline (calling all images above; the more frequent call).' +
          (target === 'f1' ? ' Thick: what the paper states for thresholds below 0.8.' : ''),
        data: table,
        plot: {
          height: 300,
          marginBottom: 42,
          grid: true,
          x: { label: 'threshold →' },
          y: { label: null, domain: [0, 1] },
          fx: { label: null },
          marks: [
            Plot.line(lines.filter((l) => l.kind === 'baseline'), { x: 'threshold', y: 'value', fx: 'figure', stroke: ink.second, strokeDasharray: dashes[1], strokeWidth: 2 }), // prettier-ignore
            Plot.lineY(lines.filter((l) => l.kind === 'forest'), { x: 'threshold', y: 'value', fx: 'figure', stroke: ink.first, strokeWidth: 2, marker: 'dot' }), // prettier-ignore
            ...(target === 'f1'
              ? [
                  Plot.link(stated, { x1: 0.05, x2: 0.8, y1: 'least', y2: 'least', fx: 'figure', stroke: 'currentColor', strokeWidth: 3, strokeOpacity: 0.6 }), // prettier-ignore
                  Plot.text(stated, { x: 0.05, y: 'least', fx: 'figure', text: (d: { least: number }) => `paper: above ${d.least}`, textAnchor: 'start', dy: 10 }), // prettier-ignore
                ]
              : []),
            Plot.ruleY([0, 1], { stroke: ink.quiet }),
          ],
        },
      },
    ],
    summary: { averagePrecision: curve.averagePrecision, noSkill: curve.noSkill, thresholds: over },
  };
}

/** Dashes of the curves, which the legend draws by characters. */
const curveDashes = ['none', '7,4', '2,5', '1,2'];

/** Error that is left when the least reliable images are dropped. */
export async function riskCoverageResult(study: Study): Promise<ExperimentResult> {
  const { truth } = await predictions(study);
  const risk = truth.map((t) => 1 - t);
  const predictedBy = async (k: number) => parity(study.rows, study.y, await study.heldOut(study.sets[k]!, 'random')).map((p) => p.predicted); // prettier-ignore
  const confidence = study.table.features.indexOf('imageConfidence');
  const curves = [
    { name: 'forest, published eight', values: await predictedBy(0) },
    { name: 'best set', values: await predictedBy(2) },
    ...(confidence >= 0 ? [{ name: 'image confidence', values: study.rows.map((r) => r.values[confidence]!) }] : []),
    { name: 'true value', values: truth },
  ].map(({ name, values }) => ({ name, ...riskCoverage(risk, values) }));
  const mean = risk.reduce((a, b) => a + b, 0) / risk.length;
  const table: ResultTable = {
    name: `risk-coverage-${study.options.target}`,
    title: 'Area under the risk-coverage curve',
    columns: ['images ordered by', 'area', 'area above the true order', 'risk at coverage 0.5', 'risk at coverage 0.8'],
    rows: [
      ...curves.map((c) => [c.name, c.area, c.area - curves.at(-1)!.area, at(c.points, 0.5), at(c.points, 0.8)]),
      ['chance', mean, mean - curves.at(-1)!.area, mean, mean],
    ],
  };
  const points = curves.flatMap(
    (c) =>
    c.points.flatMap((p, i) => (i % Math.ceil(c.points.length / 120) === 0 || i === c.points.length - 1 ? [{ name: c.name, ...p }] : [])), // prettier-ignore
  );
  const names = curves.map((c) => c.name);
  const colors = [ink.first, ink.third, ink.second, ink.quiet];
  return {
    id: 'risk-coverage',
    title: 'What is gained by leaving unreliable images out',
    text: [
      `Risk is 1 − ${targetLabel(study.options.target)}, averaged over the images kept. Area under the curve: ${curves.map((c) => `${c.name} ${number(c.area)}`).join(', ')}; chance ${number(mean)}.`,
      'Image confidence is the baseline of Lynch and others (2025), who drop images below a threshold on it.',
    ],
    paper: null,
    tables: [table],
    figures: [
      {
        name: `risk-coverage-${study.options.target}`,
        title: 'Risk against the fraction of images kept',
        caption:
          'Lower is better. Solid: forest on the published eight; dashed: best set; dotted: image confidence; finely dotted: the true value, the best possible order. Horizontal: chance.',
        data: {
          name: `risk-coverage-curve-${study.options.target}`,
          title: 'Risk against coverage',
          columns: ['images ordered by', 'coverage', 'risk'],
          rows: points.map((p) => [p.name, p.coverage, p.risk]),
        },
        plot: {
          height: 340,
          marginBottom: 42,
          marginRight: 190,
          grid: true,
          x: { label: 'fraction of images kept →', domain: [0, 1] },
          y: { label: `↑ mean risk (1 − ${targetLabel(study.options.target)})`, zero: true },
          marks: [
            Plot.ruleY([mean], { stroke: 'currentColor', strokeWidth: 0.7 }),
            ...names.map(
              (name, i) =>
              Plot.line(points.filter((p) => p.name === name), { x: 'coverage', y: 'risk', stroke: colors[i % colors.length]!, strokeDasharray: curveDashes[i % 4]!, strokeWidth: 2 }), // prettier-ignore
            ),
            ...names.map(
              (name, i) =>
              Plot.text([`${['───', '─ ─', '· · ·', '·····'][i]} ${name}`], { frameAnchor: 'right', textAnchor: 'start', dx: 12, dy: 18 * i - 20, fill: 'currentColor' }), // prettier-ignore
            ),
            Plot.text(['chance'], { frameAnchor: 'top-left', dx: 6, dy: 4, fill: 'currentColor' }),
          ],
        },
      },
    ],
    summary: { curves: curves.map(({ name, area }) => ({ name, area })), chance: mean },
  };
}

const at = (points: readonly { coverage: number; risk: number }[], coverage: number): number =>
  points.find((p) => p.coverage >= coverage)!.risk;
