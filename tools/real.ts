// `npm run real -- DATA [--detector DIR] [--forest FILE] [--out FILE.md]`: a detector and its forest on real micrographs.
// DATA contains real-counted (expert counts), real-labelled and real-labelled-2 (boxed by eye, report only) and real-tem.
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { labelsFromTruth } from '../server/src/core/calibration/labels';
import {
  calibrationBins,
  expectedCalibrationError,
  type JudgedCandidate,
} from '../server/src/core/calibration/reliabilityDiagram';
import { boxAt } from '../server/src/core/geometry/box';
import { f1Score, matchDetections, type Truth } from '../server/src/core/evaluation/matchDetections';
import { countFigures, f1Cap } from '../server/src/core/evaluation/countFigures';
import { meanWithError } from '../server/src/core/stats/meanError';
import { readCountedImages } from '../server/src/engine/labels/countedImages';
import { markdownTable } from '../server/src/core/text/markdownTable';
import { createEngine } from '../server/src/engine/engine';
import type { Engine, Estimate } from '../server/src/engine/engine.types';
import { labelledImages } from '../server/src/engine/training/trainingImages';

interface CountedResult {
  readonly name: string;
  readonly family: string;
  readonly count: number;
  readonly estimate: Estimate;
}
interface BoxedResult {
  readonly name: string;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly estimate: Estimate;
  /** All candidates, accepted or not, with probability and label. */
  readonly judged: readonly JudgedCandidate[];
}

const detections = (e: Estimate) => e.instances?.scores.length ?? 0;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const countColumns = [
  'images',
  'n',
  'mean abs log count ratio',
  'F1 that the counts allow',
  'found where 15 or more',
  'extra where 0 to 3',
  'predicted F1 above that',
  'reliable with a cap below 0.6',
];

/** Cells of a line of the table of counts; none without images. */
function countRow(name: string, rows: readonly CountedResult[]): string[][] {
  if (rows.length === 0) return [];
  const figures = countFigures(rows.map((r) => ({ detections: detections(r.estimate), count: r.count })));
  const predicted = rows.filter((r) => r.estimate.f1 !== null);
  const reliable = rows.filter((r) => r.estimate.reliability === 'reliable');
  const below = reliable.filter((r) => f1Cap(detections(r.estimate), r.count) < 0.6).length;
  const cells = [
    meanWithError(figures.absLogRatio),
    meanWithError(figures.f1Cap),
    Number.isNaN(figures.foundWhereMany) ? '–' : figures.foundWhereMany.toFixed(3),
    Number.isNaN(figures.extraWhereFew) ? '–' : figures.extraWhereFew.toFixed(2),
    meanWithError(predicted.map((r) => Math.max(0, r.estimate.f1! - f1Cap(detections(r.estimate), r.count)))),
    `${below} of ${reliable.length}`,
  ];
  return [[name, String(rows.length), ...cells]];
}

function boxedTable(title: string, rows: readonly BoxedResult[]): string[] {
  const predicted = rows.filter((r) => r.estimate.f1 !== null);
  const judged = rows.flatMap((r) => r.judged);
  const inside = predicted.filter((r) => r.f1 >= r.estimate.interval!.low && r.f1 <= r.estimate.interval!.high).length;
  return [
    `## ${title}`,
    '',
    `Mean F1 ${meanWithError(rows.map((r) => r.f1))}, precision ${mean(rows.map((r) => r.precision)).toFixed(3)}, recall ${mean(rows.map((r) => r.recall)).toFixed(3)}; predicted against measured F1: mean absolute error ${meanWithError(predicted.map((r) => Math.abs(r.f1 - r.estimate.f1!)))}; the 90 % interval contains ${inside} of ${predicted.length}.`,
    '',
    `Expected calibration error over ${judged.length} candidates: ${expectedCalibrationError(judged).toFixed(3)} (mean probability and fraction true, by tenths: ${calibrationBins(
      judged,
    )
      .map((b) => `${b.mean.toFixed(2)} ${b.fraction.toFixed(2)} (${b.n})`)
      .join(', ')}).`,
    '',
    ...markdownTable(
      ['image', 'F1', 'predicted', 'interval', 'precision (predicted)', 'recall (predicted)', 'level'],
      rows.map(({ name, f1, precision, recall, estimate: e }) => [
        name,
        f1.toFixed(2),
        e.f1?.toFixed(2) ?? '–',
        e.interval ? `${e.interval.low.toFixed(2)}–${e.interval.high.toFixed(2)}` : '–',
        `${precision.toFixed(2)} (${e.precision?.value.toFixed(2) ?? '–'})`,
        `${recall.toFixed(2)} (${e.recall?.value.toFixed(2) ?? '–'})`,
        e.reliability,
      ]),
    ),
    '',
  ];
}

async function boxed(engine: Engine, data: string, folder: string): Promise<BoxedResult[]> {
  // The second set refers to images of real-tem instead of copies.
  const { images, problems } = await labelledImages([path.join(data, folder)], {
    categories: engine.model.categories,
    imageFolders: [path.join(data, 'real-tem')],
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const out: BoxedResult[] = [];
  for (const image of images) {
    const estimate = await engine.estimateImage(image.file, { priority: 'batch' });
    if (!estimate.instances) continue;
    const found = Array.from(estimate.instances.scores, (_, i) => boxAt(estimate.instances!.boxes, i));
    const { tp, fp, fn } = matchDetections(found, image.truth);
    out.push({
      name: path.basename(image.file),
      f1: f1Score({ tp, fp, fn }),
      precision: tp / Math.max(1, tp + fp),
      recall: tp / Math.max(1, tp + fn),
      estimate,
      judged: judge(estimate, image.truth),
    });
  }
  return out;
}

function judge(e: Estimate, truth: Truth): JudgedCandidate[] {
  const candidates = e.candidates!;
  const labels = labelsFromTruth(candidates, truth);
  const probabilities = new Map<string, number>();
  for (const some of [e.instances!, e.rejected!])
    some.probabilities?.forEach((p, i) => probabilities.set(boxAt(some.boxes, i).join(), p));
  return Array.from(labels, (label, i) => ({
    label,
    p: probabilities.get(boxAt(candidates.boxes, i).join()) ?? NaN,
  })).filter(({ label, p }) => !Number.isNaN(label + p));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      detector: { type: 'string' },
      forest: { type: 'string' },
      out: { type: 'string' },
      cache: { type: 'string' },
    },
  });
  const data = positionals[0];
  if (!data)
    throw new Error('Name the folder that contains real-counted, real-labelled, real-labelled-2 and real-tem.');
  const engine = await createEngine({
    modelPath: values.detector ?? path.join(__dirname, '../../models/cavity-compact'),
    forestPath: values.forest,
    cacheDir: values.cache,
  });
  try {
    const rows: CountedResult[] = [];
    for (const { file, count, family } of await readCountedImages(
      path.join(data, 'real-counted', 'expert_counts.csv'),
    )) {
      const estimate = await engine.estimateImage(file, { priority: 'batch' });
      if (estimate.instances) rows.push({ name: path.basename(file), family, count, estimate });
    }
    const between = (low: number, high: number) => rows.filter((r) => r.count >= low && r.count <= high);
    const text = [
      `# Real micrographs, ${engine.model.detector}`,
      '',
      'Against the experts’ counts (mean ± standard error over images; the detector and the calibration learned from most of these images: the card has the figures of a calibration that did not know them, and the boxed images are a blind test):',
      '',
      ...markdownTable(countColumns, [
        ...countRow('all', rows),
        ...countRow('sparse, 0–3', between(0, 3)),
        ...countRow('4–14', between(4, 14)),
        ...countRow('15–59', between(15, 59)),
        ...countRow('dense, 60 or more', between(60, Infinity)),
        ...['tile', 'jpg', 'named'].flatMap((f) => countRow(`source ${f}`, rows.filter((r) => r.family === f))), // prettier-ignore
      ]),
      '',
      ...boxedTable('Boxed in full by eye (real-labelled-2)', await boxed(engine, data, 'real-labelled-2')),
      ...boxedTable('Clear cavities alone (real-labelled)', await boxed(engine, data, 'real-labelled')),
    ].join('\n');
    console.log(text);
    if (values.out) await fs.writeFile(values.out, text);
  } finally {
    await engine.dispose();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 3;
});
