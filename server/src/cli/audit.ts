import path from 'node:path';
import { plural } from '../core/text/plural';
import { printable } from '../core/text/printable';
import { defaultThresholds } from '../engine/engine';
import { auditReport } from '../engine/audit/auditReport';
import type { AuditResult } from '../engine/audit/runAudit';
import { checkOutputFile } from '../engine/files/checkOutput';
import { writeOutputFile } from '../engine/files/writeOutput';
import { verdictsOf } from '../protocol/levels';
import { closingLine } from './auditProgress';
import { merge } from './auditJob/merge';
import { plan } from './auditJob/plan';
import { run } from './auditJob/run';
import { status } from './auditJob/status';
import { checkOptions, type Subcommand } from './auditJob/subcommand';
import { submit } from './auditJob/submit';
import {
  engineFrom,
  exitCodes,
  modelDetails,
  modelOptions,
  networksFrom,
  number,
  text,
  UsageError,
  type Command,
} from './command';
import { frameChoice, frameDetails, frameOptions } from './frames';
import { foilDetails, foilFrom, foilOptions } from './measure';
import { goOnWithoutReader } from './output';
import { exitCode, printAudit } from './printAudit';

/** Parts of an audit that is divided into tasks. A folder of one of these names is given as ./NAME. */
const subcommands: Record<string, Subcommand> = { plan, submit, run, status, merge };

/** Options of the sub-commands only. */
const taskOptions = {
  job: { type: 'string' },
  minutes: { type: 'string' },
  shards: { type: 'string' },
  'seconds-per-image': { type: 'string' },
  shard: { type: 'string' },
  resubmit: { type: 'boolean' },
  'allow-missing': { type: 'boolean' },
  csv: { type: 'boolean' },
  parquet: { type: 'string' },
  'dry-run': { type: 'boolean' },
  partition: { type: 'string' },
  account: { type: 'string' },
  gpus: { type: 'string' },
  memory: { type: 'string' },
  time: { type: 'string' },
  cpus: { type: 'string' },
  container: { type: 'string' },
  extra: { type: 'string', multiple: true },
  profile: { type: 'string' },
} as const;

export const audit: Command = {
  summary: 'predict F1 of a whole folder, with a report; on a cluster in tasks',
  usage: `DIR [--json] [--html FILE] [--thickness NM] [--frame N | --all-frames] [--fail-below X] [--jobs N]
${Object.values(subcommands)
  .map((s) => `       tem-gauge audit ${s.usage}`)
  .join('\n')}`,
  details: `  --json              one JSON object per line, schema tem-gauge/estimate@1
  --masks             with --json: masks as COCO run-length encoding
  --candidates        with --json: also rejected candidates, without masks
  --html FILE         one self-contained page: verdict, quantities, every image, the worst first
  --fail-below X      exit code 1 when an image's predicted F1 is below X
${foilDetails}
${frameDetails}
  --jobs N            networks that run at the same time, each with its part of the cores (default: one per core, at
                      most 8, as far as the memory allows)
  --verify            read every file, also where its size and modification time are those in the cache
${modelDetails}

Where DIR has an annotations.coco.json, the true F1 (box IoU 0.1) is printed beside the predicted one; with --json
it is trueF1 (null without labels).

Tasks (docs/cluster.md): plan divides the images of DIR into shards and writes them to the folder JOB; run estimates one
shard, and continues it after an interruption; submit runs all shards as a Slurm array; status reports what is done, lost
or failed; merge joins the results and exits with 1 where some are missing.
  --job JOB           plan: folder of the job
  --minutes M         plan: intended duration of a task in minutes, at least 30 (default 45)
  --shards N          plan: number of tasks instead
  --seconds-per-image X  plan: computing time of an image; measured where it is not given
  --shard I           run: number of the shard, from 0
  --resubmit          status: submit the tasks that must run again
  --verify            status: read every result, also of complete shards, to find damage
  --csv               merge: print one row per image, comma-separated
  --parquet FILE      merge: write the same rows as a Parquet file
  --allow-missing     merge: exit with 0 although results are missing
  --dry-run           submit: print the script
  --partition, --account, --gpus, --memory, --time, --cpus   submit: as sbatch takes them
  --container IMAGE   submit: run in this image with apptainer
  --extra LINE        submit: a further line of the script; may be repeated
  --profile FILE      submit: YAML file with partition, account, gpus, memory, time, cpus, container, extra`,
  options: {
    ...modelOptions,
    ...foilOptions,
    ...frameOptions,
    json: { type: 'boolean' },
    masks: { type: 'boolean' },
    candidates: { type: 'boolean' },
    html: { type: 'string' },
    'fail-below': { type: 'string' },
    jobs: { type: 'string' },
    verify: { type: 'boolean' },
    ...taskOptions,
  },
  // The other parts only join files or ask the scheduler.
  orderly: ([name = '']) => ['run', 'plan'].includes(name) || !Object.hasOwn(subcommands, name),
  async run(input) {
    const [name = ''] = input.positionals;
    const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
    if (subcommand) {
      checkOptions(name, subcommand, input.values);
      return subcommand.run({ ...input, positionals: input.positionals.slice(1) });
    }
    const foreign = Object.keys(taskOptions).find((option) => input.values[option] !== undefined);
    if (foreign !== undefined)
      throw new UsageError(`--${foreign} belongs to the parts of an audit: plan, submit, run, status, merge.`);
    const [folder] = input.positionals;
    if (!folder || input.positionals.length > 1) throw new UsageError('Name one folder.');
    // Refused before the work, not after it.
    number(input.values, 'fail-below', 0, 1);
    frameChoice(input.values);
    const html = text(input.values, 'html');
    if (html !== undefined) {
      await checkOutputFile(html);
      goOnWithoutReader();
    }
    const foil = foilFrom(input.values);
    const engine = await engineFrom(input.values, networksFrom(input.values));
    try {
      const result = await printAudit(engine, input, {
        labels: folder,
        ...(html === undefined ? {} : { report: { folder: path.resolve(folder), foil } }),
      });
      for (const sentence of result.labelNotes) console.error(`tem-gauge: ${sentence}`);
      if (result.found.files.length === 0) return exitCodes.couldNotRun;
      if (!input.values.json) console.log(`\n${summary(result)}`);
      if (html !== undefined) {
        const page = auditReport(result, {
          folder,
          target: html,
          version: process.env.TEM_GAUGE_VERSION ?? '',
          thresholds: defaultThresholds,
          scoreThreshold: number(input.values, 'score-threshold', 0, 1),
        });
        await writeOutputFile(html, page);
        console.error(`Report: ${path.resolve(html)}`);
      }
      console.error(closingLine(result.summary));
      return exitCode(result);
    } finally {
      await engine.dispose();
    }
  },
};

function summary(result: AuditResult): string {
  const { byReliability, byOutcome, done } = result.summary;
  const verdicts = verdictsOf(byReliability, {
    refused: byOutcome.unreadable + byOutcome.unsupported,
    failed: byOutcome.failed,
  });
  const listed = Object.entries(verdicts).filter(([name, n]) => n > 0 || !['refused', 'failed'].includes(name));
  const lines = [`${plural(done, 'image')}: ${listed.map(([name, n]) => `${n} ${name}`).join(', ')}`];
  const pairs = result.labelled.filter((l): l is typeof l & { f1: number } => l.f1 !== null);
  if (pairs.length) {
    lines.push('', `${'image'.padEnd(34)} predicted  true`);
    for (const { file, f1, trueF1 } of pairs)
      lines.push(
        `${printable(path.basename(file)).slice(-34).padEnd(34)} ${f1.toFixed(2).padStart(9)}  ${trueF1.toFixed(2)}`,
      );
  }
  const error = result.meanAbsoluteError;
  if (error !== null) lines.push('', `Mean absolute error of the prediction on these images: ${error.toFixed(3)}`);
  return lines.join('\n');
}
