import path from 'node:path';
import { plural } from '../core/text/plural';
import { nameWithFrame } from '../engine/audit/chooseFrames';
import type { FoundImages } from '../engine/audit/findImages';
import {
  fixedEngine,
  runAudit,
  type AuditedImage,
  type AuditListener,
  type AuditRequest,
  type AuditResult,
} from '../engine/audit/runAudit';
import type { Engine } from '../engine/engine.types';
import { toEstimateDto } from '../engine/estimate/estimateDto';
import { commonFolder } from '../engine/files/commonFolder';
import { progressText } from './auditProgress';
import { exitCodes, number, reportMissing, type CommandInput } from './command';
import { frameChoice, skippedSentence } from './frames';
import { printLine } from './output';
import { tableHeader, tableRow } from './table';

/** Audits what the command names and prints every result as it comes: one JSON object per line, or a table. */
export async function printAudit(
  engine: Engine,
  { positionals, values, signal }: CommandInput,
  request: Pick<AuditRequest, 'labels' | 'report'> = {},
): Promise<AuditResult> {
  const result = await runAudit(
    fixedEngine(engine),
    {
      ...request,
      inputs: positionals,
      full: values.json === true,
      frames: frameChoice(values),
      failBelow: number(values, 'fail-below', 0, 1),
      options: { stop: signal, onTile: printTile, verify: values.verify === true },
    },
    printer(values),
  );
  const { stoppedOf, summary } = result;
  const measured = summary.done - summary.fromCache;
  if (summary.reassessed > 0 || (measured > 0 && summary.fromCache > 0))
    console.error(
      `tem-gauge: from the cache: ${plural(summary.fromCache - summary.reassessed, 'unchanged result')}, ${summary.reassessed} made again from measurements (other forest, thresholds, options or version); ${plural(measured, 'image was', 'images were')} measured (new, changed, or another detector).`,
    );
  if (stoppedOf)
    console.error(
      `tem-gauge: stopped after ${summary.done} of ${plural(stoppedOf, 'image')}. To go on, run the same command again${values.cache === undefined ? '; with --cache DIR what is done is kept' : ''}.`,
    );
  return result;
}

function printer(values: CommandInput['values']): AuditListener {
  let base = '';
  return {
    onFound: (found) => {
      printFound(found);
      if (found.files.length === 0) return;
      base = commonFolder(found.files);
      if (!values.json) console.log(tableHeader());
    },
    onImage: async (image) => {
      const { row, estimate, trueF1 } = image;
      await printLine(
        values.json && estimate
          ? JSON.stringify({
              ...toEstimateDto(estimate, values.masks === true, values.candidates === true),
              ...(trueF1 === undefined ? {} : { trueF1 }),
            })
          : tableRow(row, nameWithFrame(path.relative(base, row.file), row.image)),
      );
      printProgress(image);
    },
  };
}

function printFound({ missing, skipped }: FoundImages): void {
  reportMissing(missing);
  if (skipped.length) console.error(`tem-gauge: ${skippedSentence(skipped)}`);
}

function printProgress({ progress }: AuditedImage): void {
  if (!process.stderr.isTTY || progress.done === progress.total) return;
  // One line, which the next result or report overwrites.
  process.stderr.write(`\x1b[2K${progressText(progress).slice(0, (process.stderr.columns || 80) - 1)}\r`);
}

const printTile = (done: number, total: number) => {
  if (process.stderr.isTTY) process.stderr.write(done < total ? `tile ${done} / ${total} \r` : ' '.repeat(20) + '\r');
};

/** 3 where nothing could be read or the audit was stopped, 1 for an image below --fail-below, else 0. */
export function exitCode({ found, nothingRead, stoppedOf, below }: AuditResult): number {
  if (found.files.length === 0 || stoppedOf || nothingRead) return exitCodes.couldNotRun;
  return below > 0 ? exitCodes.findings : exitCodes.fine;
}
