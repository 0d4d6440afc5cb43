import * as Plot from '@observablehq/plot';
import type { ResultTable } from '../../../core/experiment/rows';
import { meanAndError, type MeanAndError } from '../../../core/stats/meanError';
import { degradationNames, degradations, type DegradationName } from '../../../core/synthetic/degradations';
import type { DegradedImage } from '../degradeImages';
import { dashes, ink, legend, number, type ExperimentResult } from '../result';

/** An image called reliable although its true F1 is below this counts as a false assurance. */
const falseAssurance = 0.6;

/** The images at one level of one degradation. */
interface Point {
  readonly degradation: string;
  readonly level: number;
  /** 0 for the image as it is. */
  readonly step: number;
  readonly images: number;
  /** Images with detections, and so with a prediction. */
  readonly predictions: number;
  readonly outside: number;
  readonly reliable: number;
  /** Reliable images with a low true F1. */
  readonly wronglyReliable: number;
  /** Of all images. */
  readonly truthOfAll: MeanAndError;
  /** Of the images with a prediction. */
  readonly truth: MeanAndError;
  readonly predicted: MeanAndError;
  readonly error: MeanAndError;
}

function pointOf(degradation: string, level: number, step: number, own: readonly DegradedImage[]): Point {
  const known = own.flatMap((f) => (f.predicted === null ? [] : [{ ...f, predicted: f.predicted }]));
  const reliable = own.filter((f) => f.reliability === 'reliable');
  return {
    degradation,
    level,
    step,
    images: own.length,
    predictions: known.length,
    outside: own.filter((f) => f.outside).length,
    reliable: reliable.length,
    wronglyReliable: reliable.filter((f) => f.truth < falseAssurance).length,
    truthOfAll: meanAndError(own.map((f) => f.truth)),
    truth: meanAndError(known.map((f) => f.truth)),
    predicted: meanAndError(known.map((f) => f.predicted)),
    error: meanAndError(known.map((f) => Math.abs(f.predicted - f.truth))),
  };
}

/** Whether predicted F1 falls with true F1 when images become worse. */
export function degradationResult(found: readonly DegradedImage[]): ExperimentResult {
  const points = degradationNames.flatMap((name) =>
    [degradations[name].none, ...degradations[name].levels].map((level, step) =>
      // prettier-ignore
      pointOf(name, level, step, found.filter((f) => (step === 0 ? f.degradation === null : f.degradation === name && f.level === level))),
    ),
  );
  const images = points[0]!.images;
  const table: ResultTable = {
    name: 'degradation',
    title: 'True and predicted F1 of degraded images',
    columns: ['degradation', 'level', 'images', 'with a prediction', 'of these outside the domain', 'true F1, all images', 'standard error', 'true F1, with a prediction', 'standard error', 'predicted F1', 'standard error', 'MAE', 'standard error', 'reliable', `reliable, true F1 < ${falseAssurance}`], // prettier-ignore
    rows: points.map((p) => [
      p.degradation,
      p.level,
      p.images,
      p.predictions,
      p.outside,
      ...[p.truthOfAll, p.truth, p.predicted, p.error].flatMap((m) => [m.mean, m.error]),
      p.reliable,
      p.wronglyReliable,
    ]),
  };
  const worst = degradationNames.map((name) => points.findLast((p) => p.degradation === name)!);
  const degraded = points.filter((p) => p.step > 0);
  const sum = (key: 'images' | 'reliable' | 'wronglyReliable') => degraded.reduce((s, p) => s + p[key], 0);
  return {
    id: 'degradation',
    title: 'Worse images: do predicted and true F1 fall together?',
    text: [
      `${images} labelled images with cavities, degraded by themselves: ${degradationNames.map((name) => `${name} (${degradations[name].unit}): ${degradations[name].levels.join(', ')}`).join('; ')}.`,
      'An image without detections has no prediction, and its true F1 is 0. As an image becomes worse, only clear ones keep a prediction: true and predicted F1 are compared on the images that have one.',
      `At the strongest level, images with a prediction: ${worst.map((p) => `${p.degradation} ${p.predictions} of ${p.images}, true ${number(p.truth.mean)}, predicted ${number(p.predicted.mean)}`).join('; ')}.`,
      `${sum('reliable')} of ${sum('images')} degraded images are called reliable; the true F1 of ${sum('wronglyReliable')} of these is below ${falseAssurance}.`,
    ],
    paper: null,
    tables: [table],
    figures: [
      {
        name: 'degradation',
        title: 'True and predicted F1 of degraded images',
        caption: `Means over the images with a prediction, with standard errors; squares: fraction of the ${images} images that have a prediction. The first level is the image as it is.`,
        data: table,
        plot: plotOf(points),
      },
    ],
    summary: points.map(({ truthOfAll, truth, predicted, error, ...rest }) => ({
      ...rest,
      trueF1OfAll: truthOfAll,
      trueF1: truth,
      predictedF1: predicted,
      mae: error,
    })),
  };
}

const kinds = ['true F1', 'predicted F1', 'fraction with a prediction'] as const;

function plotOf(points: readonly Point[]): Plot.PlotOptions {
  const at = { x: 'step', fx: 'degradation' };
  const lines = points.flatMap((p) => [
    { ...p, kind: kinds[0], value: p.truth.mean, spread: p.truth.error },
    { ...p, kind: kinds[1], value: p.predicted.mean, spread: p.predicted.error },
    { ...p, kind: kinds[2], value: p.predictions / p.images, spread: null },
  ]);
  const colours: readonly string[] = [ink.first, ink.second, ink.quiet];
  const colour = ({ kind }: { kind: (typeof kinds)[number] }) => colours[kinds.indexOf(kind)]!;
  const bars = lines.flatMap((l) =>
    l.value === null || l.spread === null ? [] : [{ ...l, low: l.value - l.spread, high: l.value + l.spread }],
  );
  return {
    width: 960,
    height: 350,
    marginTop: 70,
    marginBottom: 62,
    x: { axis: null, inset: 10 },
    y: { label: '↑ F1, fraction', domain: [0, 1], grid: true },
    fx: { label: null, domain: [...degradationNames], axis: 'top', padding: 0.06 },
    symbol: { domain: [...kinds], range: ['circle', 'triangle', 'square'] },
    marks: [
      Plot.frame({ stroke: 'currentColor', strokeOpacity: 0.3 }),
      Plot.ruleX(bars, { ...at, y1: 'low', y2: 'high', stroke: colour }),
      ...kinds.map(
        (kind, k) =>
        Plot.lineY(lines.filter((l) => l.kind === kind), { ...at, y: 'value', stroke: colours[k], strokeWidth: 2, strokeDasharray: dashes[k] }), // prettier-ignore
      ),
      Plot.dot(lines, { ...at, y: 'value', symbol: 'kind', fill: colour, r: 3.5 }),
      Plot.text(points, { ...at, text: (p: Point) => String(p.level), frameAnchor: 'bottom', dy: 14, fontSize: 10 }),
      Plot.text(degradationNames, {
        fx: (name: DegradationName) => name,
        text: (name: DegradationName) => degradations[name].unit,
        frameAnchor: 'bottom',
        dy: 44,
        fontSize: 10,
      }),
      legend(kinds, { fx: 'blur', dy: -44 }),
    ],
  };
}
