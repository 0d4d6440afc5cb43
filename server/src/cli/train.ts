import fs from 'node:fs/promises';
import path from 'node:path';
import { publishedFeatures } from '../core/features/published8';
import { crossValidate } from '../core/reliability/crossValidate';
import { firstFeatures, fitReliabilityModel } from '../core/reliability/model';
import { createEngine } from '../engine/engine';
import { modelCard } from '../engine/report/card';
import { labelledImages, scoreImages, type ScoredImage } from '../engine/trainForest';
import { exitCodes, number, text, UsageError, type Command } from './command';
import { ensureFolder } from '../engine/ensureFolder';

export const train: Command = {
  summary: 'fit a forest on labelled images',
  usage: 'DIR... --out forest.json [--card card.md] [--detector DIR] [--seed S]',
  details: `  DIR                 folders with images/ and COCO instances annotations.coco.json, as synthesize writes them
  --out FILE          the forest package
  --card FILE         model card: random five-fold and leave-group-out errors
  --also DIR          with --card: report the detector's F1 on this labelled folder too (never trained on)
  --detector DIR      model package instead of the embedded one
  --cache DIR         keep detections there
  --seed S            same images and seed, same forest (default 1)`,
  options: {
    out: { type: 'string' },
    card: { type: 'string' },
    also: { type: 'string' },
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
      const scored: ScoredImage[] = [];
      for await (const s of scoreImages(engine, images)) {
        scored.push(s);
        if (scored.length % 50 === 0) console.error(`${scored.length} / ${images.length}`);
        if (signal.aborted) throw new Error('Stopped; nothing was written.');
      }
      const rows = scored.flatMap((s) => (s.row ? [s.row] : []));
      const model = fitReliabilityModel(rows, engine.model.detector, seed);
      await ensureFolder(path.dirname(path.resolve(out)));
      await fs.writeFile(out, JSON.stringify(model));
      const validation = crossValidate(rows, seed);
      console.log(
        values.json
          ? JSON.stringify({ out, rows: rows.length, ...validation })
          : `${rows.length} rows; leave-group-out RMSE ${validation.leaveGroupOut.rmse.toFixed(3)}, R² ${validation.leaveGroupOut.r2.toFixed(3)}; ${out}`,
      );
      const card = text(values, 'card');
      const also = text(values, 'also');
      const extra: ScoredImage[] = [];
      if (also) for await (const s of scoreImages(engine, (await labelledImages([also])).images)) extra.push(s);
      if (card) {
        const published = publishedFeatures.length;
        const publishedAlone =
          model.features.length > published ? crossValidate(firstFeatures(rows, published), seed) : null;
        await fs.writeFile(card, modelCard({ model, validation, publishedAlone, scored, extra }));
      }
      return exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};
