import fs from 'node:fs/promises';
import path from 'node:path';
import { studyTargets, type StudyTable, type StudyTarget } from '../core/experiment/rows';
import { leastStudyRows } from '../core/experiment/study';
import {
  experimentNames,
  tableExperiments,
  type ExperimentName,
  type ImageExperiment,
  type TableExperiment,
} from '../engine/experiment/experiments';
import { writeCardSection } from '../engine/experiment/cardSection';
import { imageTable } from '../engine/experiment/imageRows';
import { checkOutputFolder } from '../engine/files/checkOutput';
import { readColumnMap, readStudyTable } from '../engine/experiment/readStudyTable';
import type { ExperimentResult } from '../engine/experiment/result';
import { experimentSummary, runTableExperiments } from '../engine/experiment/runExperiments';
import { measureFolder, runImageExperiments } from '../engine/experiment/runImages';
import { writeResults } from '../engine/experiment/writeResults';
import {
  engineFrom,
  exitCodes,
  modelDetails,
  modelOptions,
  number,
  text,
  UsageError,
  type Command,
  type CommandInput,
} from './command';

export const experiment: Command = {
  summary: "the paper's experiments on a table of features or on labelled images",
  usage: 'NAME|all ROWS.csv|DIR --out DIR [--target T] [--seed S]',
  details: `  NAME                ${experimentNames.slice(0, 7).join(', ')},
                      ${experimentNames.slice(7).join(', ')}
  ROWS.csv            one row per image: features, f1, precision, recall; column names of the authors or of
                      tem-gauge features
  DIR                 folder of images with COCO labels
  --out DIR           folder for summary.json, report.html, tables (CSV, Markdown) and figures (SVG with their data)
  --target T          ${studyTargets.join(', ')} or all (default f1)
  --drop-contradictions  leave out rows whose F1 is not 2PR / (P + R); they are listed either way
  --map FILE          JSON object from our column names to those of the table
  --out-of-domain DIR images that are not micrographs, for out-of-domain
  --card FILE         also write text and tables as the last section of a model card
  --repeats N         repetitions of the random five-fold (default 10)
  --seed S            equal rows and seeds give equal results (default 1)
${modelDetails}`,
  options: {
    ...modelOptions,
    out: { type: 'string' },
    target: { type: 'string' },
    'drop-contradictions': { type: 'boolean' },
    map: { type: 'string' },
    'out-of-domain': { type: 'string' },
    card: { type: 'string' },
    repeats: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  orderly: true,
  async run({ values, positionals, signal }) {
    const [name, rows] = positionals;
    const out = text(values, 'out');
    if (!name || !rows || positionals.length > 2 || !out)
      throw new UsageError('Use: tem-gauge experiment NAME|all ROWS.csv|DIR --out DIR.');
    const chosen = name === 'all' ? experimentNames : experimentNames.filter((n) => n === name);
    if (chosen.length === 0) throw new UsageError(`There is no experiment "${name}"; there are ${experimentNames.join(', ')}.`); // prettier-ignore
    const targets = chosenTargets(text(values, 'target') ?? 'f1');
    const seed = number(values, 'seed', 0, 2 ** 40) ?? 1;
    const repeats = Math.round(number(values, 'repeats', 1, 100) ?? 10);
    await checkOutputFolder(out);
    const folder = await fs.stat(rows).then((stat) => stat.isDirectory(), () => false); // prettier-ignore
    const options = { chosen, targets, seed, repeats, signal };
    const found = folder ? await onFolder(rows, values, options) : await onTable(rows, values, options);
    if (found.results.length === 0)
      throw new UsageError(`${name} needs a folder of labelled images${name === 'out-of-domain' ? ' and --out-of-domain DIR' : ', not a table'}.`); // prettier-ignore
    const report = await writeResults({
      folder: out,
      title: `Experiments on ${path.basename(path.resolve(rows))}`,
      notes: found.notes,
      summary: { ...found.summary, source: path.basename(path.resolve(rows)), seed },
      results: found.results,
    });
    const card = text(values, 'card');
    if (card !== undefined)
      await writeCardSection(card, {
        source: path.basename(path.resolve(rows)),
        notes: found.notes,
        results: found.results,
      });
    console.log(values.json ? await fs.readFile(path.join(out, 'summary.json'), 'utf8') : report);
    return exitCodes.fine;
  },
};

interface Chosen {
  readonly chosen: readonly ExperimentName[];
  readonly targets: readonly StudyTarget[];
  readonly seed: number;
  readonly repeats: number;
  readonly signal: AbortSignal;
}

interface Found {
  readonly results: readonly ExperimentResult[];
  readonly summary: Record<string, unknown>;
  readonly notes: readonly string[];
}

async function onTable(rows: string, values: CommandInput['values'], o: Chosen): Promise<Found> {
  const map = text(values, 'map');
  const file = await readStudyTable(rows, {
    drop: values['drop-contradictions'] === true,
    ...(map === undefined ? {} : { map: await readColumnMap(map) }),
  });
  for (const note of file.notes) console.error(`tem-gauge: ${note}`);
  const perTarget = await runOnTable(file.table, o);
  return {
    results: perTarget.flatMap((t) => t.results),
    summary: { ...experimentSummary(file.table.rows.length, perTarget), contradictions: file.contradictions },
    notes: file.notes,
  };
}

async function onFolder(folder: string, values: CommandInput['values'], o: Chosen): Promise<Found> {
  const engine = await engineFrom(values);
  const onProgress = (what: string, done: number, total: number) => {
    if (process.stderr.isTTY || done === total)
      process.stderr.write(`${what}: ${done} / ${total}${done === total ? '\n' : '\r'}`);
  };
  try {
    const { measured, notes } = await measureFolder(engine, folder, { signal: o.signal, onProgress });
    const table = imageTable(measured);
    const enough = table.rows.length >= leastStudyRows;
    const said = enough ? notes : [...notes, `${table.rows.length} images have detections and labels; experiments on rows need at least ${leastStudyRows}.`]; // prettier-ignore
    for (const note of said) console.error(`tem-gauge: ${note}`);
    const perTarget = enough ? await runOnTable(table, o) : [];
    const images = await runImageExperiments(engine, measured, {
      experiments: o.chosen.filter((n): n is ImageExperiment => !(n in tableExperiments)),
      outOfDomain: text(values, 'out-of-domain'),
      seed: o.seed,
      signal: o.signal,
      onProgress,
    });
    const summary = experimentSummary(table.rows.length, perTarget);
    Object.assign(summary.experiments as object, Object.fromEntries(images.map((r) => [r.id, r.summary])));
    return { results: [...perTarget.flatMap((t) => t.results), ...images], summary, notes: said };
  } finally {
    await engine.dispose();
  }
}

/** With `all`, targets that the table does not have are left out. */
const runOnTable = (table: StudyTable, { chosen, targets, seed, repeats, signal }: Chosen) =>
  runTableExperiments(table, {
    targets: targets.filter((t) => targets.length === 1 || table.rows.some((r) => r.targets[t] !== null)),
    experiments: chosen.filter((n): n is TableExperiment => n in tableExperiments),
    seed,
    repeats,
    signal,
    onExperiment: (name, target) => console.error(`${name} (${target})`),
  });

function chosenTargets(value: string): readonly StudyTarget[] {
  if (value === 'all') return studyTargets;
  const target = studyTargets.find((t) => t === value);
  if (!target) throw new UsageError(`--target is one of ${studyTargets.join(', ')}, all; not "${value}".`);
  return [target];
}
