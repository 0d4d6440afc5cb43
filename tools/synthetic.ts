// `npm run synthetic -- DIR... [--cache DIR]`: predicted against true F1 of the embedded model on labelled folders that took
// part in nothing, as `tem-gauge synthesize` writes them: by number of detections and by what the detector had seen.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { boxAt } from '../server/src/core/geometry/box';
import { f1Score, matchDetections } from '../server/src/core/evaluation/matchDetections';
import { regressionMetrics } from '../server/src/core/stats/metrics';
import { markdownTable } from '../server/src/core/text/markdownTable';
import { createEngine } from '../server/src/engine/engine';
import { labelledImages } from '../server/src/engine/training/trainingImages';
import { unseenDomains } from '../server/src/engine/training/validationCard';

interface Row {
  readonly group: string;
  readonly detections: number;
  readonly truth: number;
  readonly f1: number | null;
  readonly low: number;
  readonly high: number;
}

const archive = ['bubbles-in-speckle', 'overfocus-archive', 'faint-discs'];

function errors(name: string, rows: readonly Row[]): string[] {
  const p = rows.filter((r) => r.f1 !== null);
  if (p.length < 2) return [name, String(p.length), '–', '–', '–', '–'];
  const { mae, r2 } = regressionMetrics(
    p.map((r) => r.truth),
    p.map((r) => r.f1!),
  );
  const inside = p.filter((r) => r.truth >= r.low - 1e-9 && r.truth <= r.high + 1e-9).length / p.length;
  const width = p.reduce((s, r) => s + r.high - r.low, 0) / p.length;
  return [name, String(p.length), mae.toFixed(3), r2.toFixed(2), `${(100 * inside).toFixed(0)} %`, width.toFixed(2)];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { detector: { type: 'string' }, forest: { type: 'string' }, cache: { type: 'string' } },
  });
  const engine = await createEngine({
    modelPath: values.detector ?? path.join(__dirname, '../../models/cavity-compact'),
    forestPath: values.forest,
    cacheDir: values.cache,
  });
  try {
    const { images, problems } = await labelledImages(positionals, { categories: engine.model.categories });
    if (problems.length > 0 || images.length === 0) throw new Error(problems.join('\n') || 'Name labelled folders.');
    const rows: Row[] = [];
    let outside = 0;
    for (const image of images) {
      const e = await engine.estimateImage(image.file, { priority: 'batch' });
      if (!e.instances) throw new Error(`${image.file}: ${e.reason}`);
      const found = Array.from(e.instances.scores, (_, i) => boxAt(e.instances!.boxes, i));
      if (e.f1 !== null && e.reliability === 'unknown') outside++;
      rows.push({
        group: image.group,
        detections: found.length,
        truth: f1Score(matchDetections(found, image.truth)),
        f1: e.f1,
        low: e.interval?.low ?? 0,
        high: e.interval?.high ?? 1,
      });
    }
    const none = rows.filter((r) => r.detections === 0);
    const between = (low: number, high: number) => rows.filter((r) => r.detections >= low && r.detections <= high);
    console.log(
      [
        `${engine.model.detector}, ${rows.length} images; ${none.length} without detections, of which ${none.filter((r) => r.truth === 1).length} contain no cavity; ${outside} outside the applicability domain; mean true F1 ${(rows.reduce((s, r) => s + r.truth, 0) / rows.length).toFixed(3)}.`,
        '',
        ...markdownTable(
          ['images', 'n', 'MAE', 'R²', '90 % interval contains', 'mean width'],
          [
            errors('all with detections', rows),
            errors('1–3 detections', between(1, 3)),
            errors('4–11 detections', between(4, 11)),
            errors('12 or more', between(12, Infinity)),
            errors('domains that the detector saw', rows.filter((r) => !unseenDomains.includes(r.group))), // prettier-ignore
            errors('domains that the detector never saw', rows.filter((r) => unseenDomains.includes(r.group))), // prettier-ignore
            errors('without the archive domains', rows.filter((r) => !archive.includes(r.group))), // prettier-ignore
          ],
        ),
      ].join('\n'),
    );
  } finally {
    await engine.dispose();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 3;
});
