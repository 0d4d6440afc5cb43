import fs from 'node:fs/promises';
import { readForest } from '../engine/models/forestPackage';
import { predictRows } from '../engine/estimate/predictRows';
import { exitCodes, text, UsageError, type Command } from './command';

export const predict: Command = {
  summary: 'ask a forest about rows of features',
  usage: '--forest FILE --features ROWS.csv [--explain] [--json]',
  details: `  --forest FILE       forest package (tem-gauge train, tem-gauge import forest)
  --features CSV      unscaled features, a row an image, columns in the forest's order (a header may name them)
  --explain           SHAP values (TreeSHAP, path dependent): with the base value they sum to the prediction
  --json              one object a line: {"prediction","baseValue","contributions"}`,
  options: {
    forest: { type: 'string' },
    features: { type: 'string' },
    explain: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals }) {
    const [forest, features] = [text(values, 'forest'), text(values, 'features')];
    if (!forest || !features || positionals.length)
      throw new UsageError('Use: tem-gauge predict --forest FILE --features ROWS.csv [--explain] [--json].');
    const read = await readForest(forest);
    if (!read.ok) throw new Error(read.reason);
    const table = await fs.readFile(features, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${features} could not be read (${error.code}).`);
    });
    const predictions = predictRows(read.model, table, values.explain === true);
    if (values.json) for (const p of predictions) console.log(JSON.stringify(p));
    else {
      const width = Math.max(12, ...read.model.features.map((f) => f.length + 2));
      const explain = values.explain === true;
      console.log(
        ['prediction', ...(explain ? ['base', ...read.model.features] : [])].map((c) => c.padStart(width)).join(''),
      );
      for (const p of predictions)
        console.log(
          [p.prediction, ...(explain ? [p.baseValue!, ...p.contributions!] : [])]
            .map((v) => v.toFixed(4).padStart(width))
            .join(''),
        );
    }
    return exitCodes.fine;
  },
};
