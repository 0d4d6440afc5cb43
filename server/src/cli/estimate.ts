import path from 'node:path';
import { chooseFrames, nameWithFrame } from '../engine/audit/chooseFrames';
import type { AuditSummary, Engine, Estimate } from '../engine/engine.types';
import { commonFolder } from '../engine/files/commonFolder';
import { toEstimateDto, withoutMasks } from '../engine/estimate/estimateDto';
import { progressText } from './auditProgress';
import {
  engineFrom,
  exitCodes,
  modelDetails,
  modelOptions,
  namedImages,
  number,
  UsageError,
  type Command,
  type CommandInput,
} from './command';
import { frameChoice, frameDetails, frameOptions, skippedSentence } from './frames';
import { tableHeader, tableRow } from './table';

export const estimate: Command = {
  summary: 'predict F1 of images, folders or globs',
  usage: 'FILE|DIR|GLOB... [--json] [--masks] [--candidates] [--frame N | --all-frames] [--fail-below X]',
  details: `  --json              one JSON object a line, schema tem-gauge/estimate@1
  --masks             with --json: masks as COCO run-length encoding
  --candidates        with --json: also what was nearly accepted, without masks
  --fail-below X      exit code 1 when an image's predicted F1 is below X
${frameDetails}
${modelDetails}`,
  options: {
    ...modelOptions,
    ...frameOptions,
    json: { type: 'boolean' },
    masks: { type: 'boolean' },
    candidates: { type: 'boolean' },
    'fail-below': { type: 'string' },
  },
  async run(input) {
    if (input.positionals.length === 0) throw new UsageError('Name at least one image, folder or glob.');
    number(input.values, 'fail-below', 0, 1); // refused before the work, not after it
    frameChoice(input.values);
    const engine = await engineFrom(input.values);
    try {
      const printed = await printEstimates(engine, input);
      return printed === null ? exitCodes.couldNotRun : exitCode(printed, input);
    } finally {
      await engine.dispose();
    }
  },
};

export interface Printed {
  readonly results: readonly Estimate[];
  /** Files of the folders without a known format. */
  readonly skipped: readonly string[];
  /** Total number of images if Ctrl+C ended the run early; otherwise null. */
  readonly stoppedOf: number | null;
  readonly summary: AuditSummary;
}

/**
 * Estimates every input and prints as it goes; null when no image was found at all.
 * @param further fields that a command adds to each JSON object
 */
export async function printEstimates(
  engine: Engine,
  { positionals, values, signal }: CommandInput,
  further?: (e: Estimate, images: number) => Promise<object>,
): Promise<Printed | null> {
  const choice = frameChoice(values);
  const { files: found, skipped } = await namedImages(positionals);
  if (skipped.length) console.error(`tem-gauge: ${skippedSentence(skipped)}`);
  if (found.length === 0) return null;
  const files = await chooseFrames(found, choice);
  const base = commonFolder(files);
  const results: Estimate[] = [];
  const onTile = (done: number, total: number) => {
    if (process.stderr.isTTY) process.stderr.write(done < total ? `tile ${done} / ${total} \r` : ' '.repeat(20) + '\r');
  };
  if (!values.json) console.log(tableHeader());
  const began = performance.now();
  const byReliability = { reliable: 0, review: 0, unreliable: 0, unknown: 0 };
  let summary: AuditSummary | undefined;
  for await (const event of engine.auditDataset(files, { stop: signal, onTile, verify: values.verify === true })) {
    if (event.kind === 'finished') summary = event.summary;
    if (event.kind !== 'image') continue;
    const { estimate: e } = event;
    const more = await further?.(e, event.total);
    console.log(
      values.json
        ? JSON.stringify({ ...toEstimateDto(e, values.masks === true, values.candidates === true), ...more })
        : tableRow(e, nameWithFrame(path.relative(base, e.file), e.image)),
    );
    results.push(withoutMasks(e));
    byReliability[e.reliability]++;
    if (process.stderr.isTTY && event.done < event.total) {
      const text = progressText(event.done, event.total, (performance.now() - began) / 1000, byReliability);
      // One line, which the next result or report overwrites.
      process.stderr.write(`\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}\r`);
    }
  }
  const stoppedOf = results.length < files.length ? files.length : null;
  if (stoppedOf)
    console.error(
      `tem-gauge: stopped after ${results.length} of ${stoppedOf} images. To go on, run the same command again${values.cache === undefined ? '; with --cache DIR what is done is kept' : ''}.`,
    );
  return { results, skipped, stoppedOf, summary: summary! };
}

export function exitCode({ results, stoppedOf }: Printed, { values }: CommandInput): number {
  const limit = number(values, 'fail-below', 0, 1);
  if (stoppedOf) return exitCodes.couldNotRun;
  if (results.every((e) => e.outcome === 'unreadable' || e.outcome === 'unsupported')) return exitCodes.couldNotRun;
  return limit !== undefined && results.some((e) => e.f1 !== null && e.f1 < limit)
    ? exitCodes.findings
    : exitCodes.fine;
}
