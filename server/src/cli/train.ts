import { createEngine } from '../engine/engine';
import { checkOutputFile } from '../engine/files/checkOutput';
import { readRegularFile } from '../engine/files/readRegularFile';
import { writeOutputFile } from '../engine/files/writeOutput';
import { toCsv } from '../engine/experiment/writeCsv';
import { trainModel } from '../engine/training/trainModel';
import { exitCodes, number, text, UsageError, type Command } from './command';

export const train: Command = {
  summary: 'fit a forest on labelled images',
  usage: 'DIR... --out forest.json [--card card.md] [--rows rows.csv] [--detector DIR] [--seed S]',
  details: `  DIR                 folders with images/ and COCO instances annotations.coco.json, as synthesize writes them
  --out FILE          the forest package
  --card FILE         model card: random five-fold and leave-group-out errors
  --rows FILE         CSV of the rows that the forest learned from, for tem-gauge experiment
  --notes FILE        Markdown that is appended to the card
  --counted FILE      CSV with image and expert_count: real images of which only the number of cavities is known; places of images whose
                      column use says report are not learned from
  --reserved DIR      labelled folder whose images, and the places they show, are kept for reporting (may be repeated)
  --detector DIR      model package instead of the embedded one
  --cache DIR         keep detections there
  --seed S            same images and seed, same forest (default 1)`,
  options: {
    out: { type: 'string' },
    card: { type: 'string' },
    rows: { type: 'string' },
    notes: { type: 'string' },
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
    const card = text(values, 'card');
    const table = text(values, 'rows');
    for (const file of [out, card, table]) if (file !== undefined) await checkOutputFile(file);
    const notesFile = text(values, 'notes');
    const notes =
      notesFile === undefined ? '' : `\n${(await readRegularFile(notesFile, { maxBytes: 1e6 })).toString('utf8')}`;
    const seed = number(values, 'seed', 0, 2 ** 40) ?? 1;
    const engine = await createEngine({
      modelPath: text(values, 'detector'),
      cacheDir: text(values, 'cache'),
      forestPath: '',
    });
    try {
      const trained = await trainModel(
        engine,
        {
          folders: positionals,
          counted: text(values, 'counted'),
          reserved: Array.isArray(values.reserved) ? values.reserved : [],
        },
        {
          seed,
          card: card !== undefined,
          signal,
          onProgress: (done, total) => done % 50 === 0 && console.error(`${done} / ${total}`),
          onNote: (sentence) => console.error(`tem-gauge: ${sentence}`),
        },
      ).catch((error: unknown) => {
        throw signal.aborted ? new Error('Stopped; nothing was written.') : error;
      });
      await writeOutputFile(out, JSON.stringify(trained.model));
      if (card !== undefined) await writeOutputFile(card, trained.card! + notes);
      if (table !== undefined) await writeOutputFile(table, toCsv(trained.table));
      const { rows, withoutDetections, validation } = trained;
      const { randomFiveFold, groupFolds, byCount, byGroup } = validation;
      const { name, mae, r2 } = groupFolds
        ? { name: 'group folds', ...groupFolds }
        : { name: 'random five-fold', ...randomFiveFold[0]! };
      console.log(
        values.json
          ? JSON.stringify({ out, rows, withoutDetections, randomFiveFold, groupFolds, byCount, byGroup })
          : `${rows} rows; ${name} MAE ${mae.toFixed(3)}, R² ${r2.toFixed(3)}; ${out}`,
      );
      return exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};
