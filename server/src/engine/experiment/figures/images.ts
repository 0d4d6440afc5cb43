import * as Plot from '@observablehq/plot';
import path from 'node:path';
import { matchDetections } from '../../../core/evaluation/matchDetections';
import { pooledCounts, scoresOf } from '../../../core/evaluation/scores';
import type { ResultTable } from '../../../core/experiment/rows';
import { boxAt } from '../../../core/geometry/box';
import type { Estimate } from '../../engine.types';
import type { MeasuredStudyImage } from '../imageRows';
import { dashes, ink, number, type ExperimentResult } from '../result';

/** Number of values per tenth from 0 to 1. */
const histogram = (values: readonly number[]) =>
  Array.from({ length: 10 }, (_, b) => ({
    low: b / 10,
    high: (b + 1) / 10,
    images: values.filter((v) => Math.min(9, Math.floor(v * 10)) === b).length,
  }));

const mean = (values: readonly number[]) => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : null);

/** True scores against the IoU from which a box counts as found. */
export function iouThresholdResult(images: readonly MeasuredStudyImage[]): ExperimentResult {
  const thresholds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9];
  const points = thresholds.map((threshold) => {
    const counts = images.flatMap(({ estimate: { instances }, labelled }) =>
      instances && labelled
        ? [matchDetections(Array.from(instances.scores, (_, i) => boxAt(instances.boxes, i)), labelled.truth, threshold)] // prettier-ignore
        : [],
    );
    return { threshold, meanF1: mean(counts.map((c) => scoresOf(c).f1))!, ...scoresOf(pooledCounts(counts)) };
  });
  const table: ResultTable = {
    name: 'iou-threshold',
    title: 'True scores against the IoU threshold',
    columns: ['IoU', 'mean F1', 'pooled F1', 'pooled precision', 'pooled recall'],
    rows: points.map((p) => [p.threshold, p.meanF1, p.f1, p.precision, p.recall]),
  };
  const at = (t: number) => points.find((p) => p.threshold === t)!.meanF1;
  return {
    id: 'iou-threshold',
    title: 'How the true score depends on the IoU threshold',
    text: [`${images.length} labelled images: mean F1 ${number(at(0.1))} at IoU 0.1, ${number(at(0.5))} at 0.5, ${number(at(0.75))} at 0.75.`], // prettier-ignore
    paper: 'The paper counts a cavity as found from box IoU 0.1 on, since its size matters less than its presence.',
    tables: [table],
    figures: [
      {
        name: 'iou-threshold',
        title: 'Mean and pooled F1 against the IoU threshold',
        caption: 'Solid: mean over the images. Dashed: pooled over all objects. Vertical: 0.1, the threshold of the paper.', // prettier-ignore
        data: table,
        plot: {
          height: 300,
          grid: true,
          marginBottom: 42,
          x: { label: 'IoU threshold →', domain: [0, 1] },
          y: { label: '↑ F1', domain: [0, 1] },
          marks: [
            Plot.ruleX([0.1], { stroke: 'currentColor', strokeDasharray: dashes[2] }),
            Plot.lineY(points, { x: 'threshold', y: 'meanF1', stroke: ink.first, strokeWidth: 2, marker: 'dot' }),
            Plot.lineY(points, { x: 'threshold', y: 'f1', stroke: ink.second, strokeWidth: 2, strokeDasharray: dashes[1] }), // prettier-ignore
          ],
        },
      },
    ],
    summary: points,
  };
}

/** What is predicted for images that are not micrographs. */
export function outOfDomainResult(estimates: readonly Estimate[]): ExperimentResult {
  const points = estimates.map((e) => ({ image: path.basename(e.file), f1: e.f1, published: e.publishedF1, level: e.reliability, outcome: e.outcome })); // prettier-ignore
  const predicted = points.flatMap((p) => (p.f1 === null ? [] : [p.f1]));
  const published = points.flatMap((p) => (p.published === null ? [] : [p.published]));
  const below = (values: readonly number[], limit: number) => values.filter((v) => v < limit).length;
  const trusted = points.filter((p) => p.level === 'reliable' || p.level === 'review').length;
  const table: ResultTable = {
    name: 'out-of-domain',
    title: 'Images that are not micrographs',
    columns: ['image', 'outcome', 'level', 'predicted F1', 'predicted F1, published eight features'],
    rows: points.map((p) => [p.image, p.outcome, p.level, p.f1, p.published]),
  };
  const bars = [
    ...histogram(predicted).map((b) => ({ ...b, kind: 'all features' })),
    ...histogram(published).map((b) => ({ ...b, kind: 'published eight' })),
  ];
  return {
    id: 'out-of-domain',
    title: 'Images that are not micrographs',
    text: [
      `${points.length} images: ${points.length - predicted.length} without a prediction (no detections); of the others ${below(predicted, 0.5)} below 0.5 and ${below(predicted, 0.7)} below 0.7; ${trusted} have the level reliable or review.`,
      `Published eight features: ${below(published, 0.5)} of ${published.length} below 0.5, ${below(published, 0.7)} below 0.7.`,
    ],
    paper: 'COCO-128 (photographs): predicted F1 below 0.7 for all images, below 0.5 for more than 75 %.',
    tables: [table],
    figures: [
      {
        name: 'out-of-domain',
        title: 'Histogram of predicted F1 on images that are not micrographs',
        caption:
          'Number of images per tenth. Dashed: 0.5, below which the paper has more than 75 % of COCO-128; dotted: 0.7, below which it has all.',
        data: table,
        plot: {
          height: 300,
          marginTop: 28,
          marginBottom: 42,
          marginRight: 150,
          x: { label: 'predicted F1 →', domain: [0, 1] },
          y: { label: '↑ images', grid: true },
          fy: { label: null },
          marks: [
            Plot.rectY(bars, { x1: 'low', x2: 'high', y: 'images', fy: 'kind', fill: ink.first, fillOpacity: 0.6, stroke: 'currentColor' }), // prettier-ignore
            Plot.ruleX([0.5], { stroke: 'currentColor', strokeDasharray: dashes[1] }),
            Plot.ruleX([0.7], { stroke: 'currentColor', strokeDasharray: dashes[2] }),
            Plot.ruleY([0]),
          ],
        },
      },
    ],
    summary: { images: points.length, predicted, published, trusted },
  };
}
