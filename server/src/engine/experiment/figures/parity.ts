import * as Plot from '@observablehq/plot';
import { isRandomSplit } from '../../../core/experiment/folds';
import { parity, parityBins, type ParityPoint } from '../../../core/experiment/parity';
import type { ResultTable } from '../../../core/experiment/rows';
import type { Study } from '../../../core/experiment/study';
import { regressionMetrics } from '../../../core/stats/metrics';
import { dashes, ink, legend, number, targetLabel, type ExperimentResult, type Figure } from '../result';

/** Fig. 6 a, b. */
export async function parityResult(study: Study): Promise<ExperimentResult> {
  const { target } = study.options;
  const label = targetLabel(target);
  const set = study.sets[0]!;
  const random = parity(study.rows, study.y, await study.heldOut(set, 'random'));
  const left = await study.heldOut(set, 'bySplit');
  const bySplit = left.length ? parity(study.rows, study.y, left) : null;
  const bins = parityBins(random);
  const binTable: ResultTable = {
    name: `parity-bins-${target}`,
    title: `True and predicted ${label} in tenths of the true value`,
    columns: ['from', 'to', 'rows', 'mean true', 'mean predicted', 'difference'],
    rows: bins.map((b) => [b.low, b.high, b.rows, b.meanTruth, b.meanPredicted, b.meanPredicted - b.meanTruth]),
  };
  const [low, high] = [bins[0], bins.at(-1)];
  return {
    id: 'parity',
    title: `Predicted against true ${label}`,
    text: [
      'Published eight features; each mark is a row predicted by forests that did not see it (mean of the repetitions).',
      ...(low && high
        ? [`Rows with true values up to ${low.high}: predicted ${number(low.meanPredicted - low.meanTruth)} too high on average; from ${high.low}: ${number(high.meanTruth - high.meanPredicted)} too low.`] // prettier-ignore
        : []),
    ],
    paper: target === 'f1' ? 'Fig. 6 a: R² 0.774 over all rows; low F1 is overestimated, high F1 underestimated. Fig. 6 b: the same per split.' : null, // prettier-ignore
    tables: [binTable],
    figures: [
      figure(`parity-${target}`, `Predicted against true ${label}, random folds`, label, random),
      ...(bySplit ? [figure(`parity-splits-${target}`, `Predicted against true ${label}, each split left out`, label, bySplit)] : []), // prettier-ignore
    ],
    summary: { bins, points: random.length },
  };
}

function figure(name: string, title: string, label: string, points: readonly ParityPoint[]): Figure {
  const kind = (p: ParityPoint) => (isRandomSplit(p.split) === false ? 'grouped split' : 'random split');
  const kinds = [...new Set(points.map(kind))].sort();
  const m = regressionMetrics(points.map((p) => p.truth), points.map((p) => p.predicted)); // prettier-ignore
  return {
    name,
    title,
    caption: `${points.length} rows: RMSE ${number(m.rmse)}, MAE ${number(m.mae)}, R² ${number(m.r2)}. Line: equality; dashed: 0.1 more and less.`,
    data: {
      name,
      title,
      columns: ['image', 'split', 'detections', 'true', 'predicted'],
      rows: points.map((p) => [p.image, p.split, p.detections, p.truth, p.predicted]),
    },
    plot: {
      width: 480,
      height: 480,
      marginTop: 44,
      marginBottom: 42,
      grid: true,
      x: { label: `true ${label} →` },
      y: { label: `↑ predicted ${label}` },
      color: { domain: ['grouped split', 'random split'], range: [ink.second, ink.first] },
      symbol: { domain: ['grouped split', 'random split'], range: ['circle', 'triangle'] },
      marks: [
        Plot.line([[0, 0], [1, 1]], { stroke: 'currentColor' }), // prettier-ignore
        Plot.line([[0, 0.1], [0.9, 1]], { stroke: 'currentColor', strokeDasharray: dashes[1] }), // prettier-ignore
        Plot.line([[0.1, 0], [1, 0.9]], { stroke: 'currentColor', strokeDasharray: dashes[1] }), // prettier-ignore
        Plot.dot(points, { x: 'truth', y: 'predicted', stroke: kind, symbol: kind, r: 2.5, strokeOpacity: 0.75, title: 'image' }), // prettier-ignore
        ...(kinds.length > 1 ? [legend(['grouped split', 'random split'], { filled: false })] : []),
      ],
    },
  };
}
