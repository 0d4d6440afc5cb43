import { readForest } from '../engine/models/forestPackage';
import { predictTable } from '../engine/estimate/predictTable';
import { readTable } from '../engine/files/table';
import { exitCodes, text, UsageError, type Command } from './command';

export const predict: Command = {
  summary: 'predict F1 from rows of features',
  usage: '--forest FILE --features ROWS.csv [--explain] [--json]',
  details: `  --forest FILE       forest package (tem-gauge train, tem-gauge import forest)
  --features CSV      unscaled features, one row per image; a header names the columns in any order, without one they are in
                      the forest's order; separated by commas, semicolons or tabs
  --explain           SHAP values (TreeSHAP, path dependent): with the base value they sum to the prediction
  --json              one object per line: {"prediction","baseValue","contributions"}`,
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
    const explain = values.explain === true;
    const { features: columns, rows } = predictTable(read.model, await readTable(features), explain);
    if (values.json) for (const row of rows) console.log(JSON.stringify(row));
    else {
      const names = ['prediction', ...(explain ? ['base', ...columns] : [])];
      const width = Math.max(12, ...names.map((n) => n.length + 2));
      console.log(names.map((n) => n.padStart(width)).join(''));
      for (const row of rows)
        console.log(
          [row.prediction, ...(explain ? [row.baseValue!, ...row.contributions!] : [])]
            .map((v) => v.toFixed(4).padStart(width))
            .join(''),
        );
    }
    return exitCodes.fine;
  },
};
