import fs from 'node:fs/promises';
import path from 'node:path';
import { publishedFeatures } from '../core/features/published8';
import { chooseTails, crossValidate } from '../core/reliability/crossValidate';
import { firstFeatures, fitReliabilityModel } from '../core/reliability/model';
import { calibrateImages, type MeasuredImage } from '../core/reliability/fitImages';
import { readCountedImages } from '../engine/labels/countedImages';
import { createEngine } from '../engine/engine';
import { modelCard } from '../engine/training/validationCard';
import { labelledImages, measureImages } from '../engine/training/trainingImages';
import { exitCodes, number, text, UsageError, type Command } from './command';
import { ensureFolder } from '../engine/files/ensureFolder';

export const train: Command = {
  summary: 'fit a forest on labelled images',
  usage: 'DIR... --out forest.json [--card card.md] [--detector DIR] [--seed S]',
  details: `  DIR                 folders with images/ and COCO instances annotations.coco.json, as synthesize writes them
  --out FILE          the forest package
  --card FILE         model card: random five-fold and leave-group-out errors
  --counted FILE      CSV with image and expert_count: real images of which only the number of cavities is known; places of images whose
                      column use says report are not learned from
  --reserved DIR      labelled folder whose images, and the places they show, are kept for reporting (may be repeated)
  --detector DIR      model package instead of the embedded one
  --cache DIR         keep detections there
  --seed S            same images and seed, same forest (default 1)`,
  options: {
    out: { type: 'string' },
    card: { type: 'string' },
    counted: { type: 'string' },
    reserved: { type: 'string', multiple: true },
    detector: { type: 'string' },
    cache: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals, signal }) {
    const out = text(values, 'out');
    if (!out || positionals.length === 0) throw new UsageError('Name labelled folders and --out FILE.');
    const { images, problems } = await labelledImages(positionals);
    if (problems.length) throw new Error(problems[0]);
    const seed = number(values, 'seed', 0, 2 ** 40) ?? 1;
    const engine = await createEngine({
      modelPath: text(values, 'detector'),
      cacheDir: text(values, 'cache'),
      forestPath: '',
    });
    try {
      const counted = text(values, 'counted');
      const kept = await labelledImages(Array.isArray(values.reserved) ? values.reserved : []);
      if (kept.problems.length) throw new Error(kept.problems[0]);
      const reserved = kept.images.map((i) => path.basename(i.file));
      const all = [
        ...images,
        ...(counted ? (await readCountedImages(counted, reserved)).filter((c) => !c.reportOnly) : []),
      ];
      const measured: MeasuredImage[] = [];
      for await (const m of measureImages(engine, all)) {
        measured.push(m);
        if (measured.length % 50 === 0) console.error(`${measured.length} / ${all.length}`);
        if (signal.aborted) throw new Error('Stopped; nothing was written.');
      }
      const { calibration, seen } = calibrateImages(measured);
      const rows = seen.flatMap((s) => (s.row ? [s.row] : []));
      const model = fitReliabilityModel(rows, engine.model.detector, seed, calibration);
      await ensureFolder(path.dirname(path.resolve(out)));
      await fs.writeFile(out, JSON.stringify(model));
      const validation = crossValidate(rows, model.quantile.tails, seed);
      const { randomFiveFold, groupFolds, byCount, byGroup } = validation;
      console.log(
        values.json
          ? JSON.stringify({ out, rows: rows.length, randomFiveFold, groupFolds, byCount, byGroup })
          : `${rows.length} rows; group folds MAE ${groupFolds.mae.toFixed(3)}, R² ${groupFolds.r2.toFixed(3)}; ${out}`,
      );
      const card = text(values, 'card');
      if (card) {
        const eight = firstFeatures(rows, publishedFeatures.length);
        const published = crossValidate(eight, chooseTails(eight, seed), seed);
        await fs.writeFile(card, modelCard({ model, validation, published, images: measured, seen }));
      }
      return exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};
