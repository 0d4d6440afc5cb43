import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../core/text/printable';
import { defaultThresholds } from '../engine/engine';
import type { Estimate } from '../engine/engine.types';
import { checkOutputFile } from '../engine/files/checkOutput';
import { readKnownTruth } from '../engine/labels/knownTruth';
import { ReportMeasurement } from '../engine/report/measureReport';
import { htmlReport } from '../engine/report/page';
import { engineFrom, exitCodes, modelDetails, modelOptions, number, text, UsageError, type Command } from './command';
import { exitCode, printEstimates } from './estimate';
import { foilDetails, foilFrom, foilOptions } from './measure';
import { ensureFolder } from '../engine/files/ensureFolder';

export const audit: Command = {
  summary: 'predict F1 of a whole folder, with a report',
  usage: 'DIR [--json] [--html FILE] [--thickness NM] [--fail-below X]',
  details: `  --json              one JSON object a line, schema tem-gauge/estimate@1
  --masks             with --json: masks as COCO run-length encoding
  --candidates        with --json: also what was nearly accepted, without masks
  --html FILE         one self-contained page: verdict, quantities, every image, the worst first
  --fail-below X      exit code 1 when an image's predicted F1 is below X
${foilDetails}
${modelDetails}
Where DIR has an annotations.coco.json, the true F1 (box IoU 0.1) is printed beside the predicted one; with --json it is trueF1
(null without labels).`,
  options: {
    ...modelOptions,
    ...foilOptions,
    json: { type: 'boolean' },
    masks: { type: 'boolean' },
    candidates: { type: 'boolean' },
    html: { type: 'string' },
    'fail-below': { type: 'string' },
  },
  async run(input) {
    const [folder] = input.positionals;
    if (!folder || input.positionals.length > 1) throw new UsageError('Name one folder.');
    // Refused before the work, not after it.
    number(input.values, 'fail-below', 0, 1);
    const html = text(input.values, 'html');
    if (html !== undefined) await checkOutputFile(html);
    const quantities = html ? new ReportMeasurement(path.resolve(folder), foilFrom(input.values)) : null;
    const engine = await engineFrom(input.values);
    try {
      const known = await readKnownTruth(folder, engine.model.categories);
      const truth = new Map<string, number>();
      const printed = await printEstimates(engine, input, async (e) => {
        quantities?.add(e);
        const trueF1 = await known.trueF1(e);
        if (trueF1 !== null) truth.set(e.file, trueF1);
        return { trueF1 };
      });
      for (const sentence of [...known.notes, ...known.problems]) console.error(`tem-gauge: ${sentence}`);
      if (printed === null) return exitCodes.couldNotRun;
      const { results, stoppedOf } = printed;
      if (!input.values.json) console.log(`\n${summary(results, truth)}`);
      if (html) {
        const target = path.resolve(html);
        await ensureFolder(path.dirname(target));
        const page = await htmlReport({
          estimates: results,
          folder: path.resolve(folder),
          target,
          generated: new Date(),
          version: process.env.TEM_GAUGE_VERSION ?? '',
          thresholds: defaultThresholds,
          scoreThreshold: number(input.values, 'score-threshold', 0, 1),
          trueF1: truth,
          quantities: quantities?.result() ?? null,
          stoppedOf: stoppedOf ?? undefined,
        });
        await fs.writeFile(target, page);
        console.error(`Report: ${target}`);
      }
      return exitCode(printed, input);
    } finally {
      await engine.dispose();
    }
  },
};

function summary(results: readonly Estimate[], truth: ReadonlyMap<string, number>): string {
  const levels = ['reliable', 'review', 'unreliable', 'unknown'].map(
    (l) => `${results.filter((e) => e.reliability === l).length} ${l}`,
  );
  const lines = [`${results.length} images: ${levels.join(', ')}`];
  const pairs = results.flatMap((e) => (e.f1 !== null && truth.has(e.file) ? [{ e, truth: truth.get(e.file)! }] : []));
  if (pairs.length) {
    lines.push('', `${'image'.padEnd(34)} predicted  true`);
    for (const p of pairs)
      lines.push(
        `${printable(path.basename(p.e.file)).slice(-34).padEnd(34)} ${p.e.f1!.toFixed(2).padStart(9)}  ${p.truth.toFixed(2)}`,
      );
    const error = pairs.reduce((s, p) => s + Math.abs(p.e.f1! - p.truth), 0) / pairs.length;
    lines.push('', `Mean absolute error of the prediction on these images: ${error.toFixed(3)}`);
  }
  return lines.join('\n');
}
