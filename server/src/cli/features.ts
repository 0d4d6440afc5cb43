import { candidateFeatures19 } from '../core/features/candidates19';
import { checkOutputFile } from '../engine/files/checkOutput';
import { writeOutputFile } from '../engine/files/writeOutput';
import { featureTable } from '../engine/experiment/featureTable';
import { toCsv } from '../engine/experiment/writeCsv';
import {
  engineFrom,
  exitCodes,
  modelDetails,
  modelOptions,
  namedImages,
  text,
  UsageError,
  type Command,
} from './command';

export const features: Command = {
  summary: "a table of the paper's features, for other programs and for experiment",
  usage: 'IMAGE|DIR|GLOB... [--truth COCO.json] --out rows.csv',
  details: `  --truth FILE        COCO instances: adds true F1, precision and recall (the paper's rule)
  --out FILE          CSV, one row per image with detections
${modelDetails}

Columns: image, group, detections, f1, precision, recall, then
${candidateFeatures19.map((f) => `  ${String(f.number).padStart(2)}  ${f.name.padEnd(16)}${f.label}: ${f.definition}`).join('\n')}
then fractionAbove09 = n(s ≥ 0.9) / N, which the published eight use, and, after the prefix temGauge_, features of our own
(estimate --json has their names). Boxes, scores and masks are those of the accepted detections; areas are relative to the
image.`,
  options: { ...modelOptions, truth: { type: 'string' }, out: { type: 'string' } },
  orderly: true,
  async run({ values, positionals, signal }) {
    const out = text(values, 'out');
    if (!out || positionals.length === 0) throw new UsageError('Name images and --out FILE.');
    await checkOutputFile(out);
    const { files, missing } = await namedImages(positionals);
    if (files.length === 0) return exitCodes.couldNotRun;
    const engine = await engineFrom(values);
    try {
      const { table, notes } = await featureTable(engine, files, { truth: text(values, 'truth'), signal });
      for (const note of notes) console.error(`tem-gauge: ${note}`);
      if (table.rows.length === 0) return exitCodes.couldNotRun;
      await writeOutputFile(out, toCsv(table));
      console.log(`${table.rows.length} rows; ${out}`);
      return missing.length > 0 ? exitCodes.couldNotRun : exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};
