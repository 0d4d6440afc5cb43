import { plural } from '../core/text/plural';
import { createEngine } from '../engine/engine';
import { checkOutputFile } from '../engine/files/checkOutput';
import { readRegularFile } from '../engine/files/readRegularFile';
import { writeOutputFile } from '../engine/files/writeOutput';
import { toCsv } from '../engine/experiment/writeCsv';
import type { Engine } from '../engine/engine.types';
import { parseGrouping } from '../engine/training/grouping';
import { trainModel, type TrainingOptions, type TrainingSets } from '../engine/training/trainModel';
import { checkTraining, detectorPackage, trainToStore } from '../engine/training/trainToStore';
import { duration } from './auditProgress';
import { exitCodes, number, text, UsageError, type Command, type CommandInput } from './command';
import { checkText, validationText } from './trainWords';

type Values = CommandInput['values'];

export const train: Command = {
  summary: 'fit a forest on labelled images',
  usage: 'DIR... --out forest.json|--model NAME|--check [--card card.md] [--rows rows.csv] [--detector DIR] [--seed S]',
  details: `  DIR                 folders with images and COCO instances (annotations.coco.json or another usual name)
  --out FILE          the forest package
  --model NAME        a new model in the models folder instead: the detector with this forest and its card
  --check             only report what the labels contain and what is wrong with them; nothing is trained
  --labels FILE       COCO instances of all folders, instead of those that lie in them
  --groups RULE       groups for the validation: labels (the domain in the labels, else their folder; the default), folder,
                      a pattern of file names with {group} and * ({group}_*), or a table with the columns image and group
  --skip-faulty       leave out faulty images and labels, and name each, instead of stopping
  --card FILE         model card: random five-fold and leave-group-out errors
  --rows FILE         CSV of the rows that the forest learned from, for tem-gauge experiment
  --notes FILE        Markdown that is appended to the card
  --counted FILE      CSV with image and expert_count: real images with a known number of cavities, but without labels;
                      places of images whose column use is "report" are left out of the training
  --forest-only DIR   labelled folder for the forest alone, such as degraded images (synthesize --degraded): the calibration
                      of the probabilities does not use it (may be repeated)
  --reserved DIR      labelled folder whose images, and the places they show, are kept out of the training (may be repeated)
  --detector DIR      model package instead of the embedded one
  --cache DIR         folder that keeps detections, so that an interrupted training continues
  --seed S            equal images and seeds give equal forests (default 1)

One forest predicts F1, precision and recall.`,
  options: {
    out: { type: 'string' },
    model: { type: 'string' },
    check: { type: 'boolean' },
    labels: { type: 'string' },
    groups: { type: 'string' },
    'skip-faulty': { type: 'boolean' },
    card: { type: 'string' },
    rows: { type: 'string' },
    notes: { type: 'string' },
    counted: { type: 'string' },
    reserved: { type: 'string', multiple: true },
    'forest-only': { type: 'string', multiple: true },
    detector: { type: 'string' },
    cache: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  orderly: true,
  async run({ values, positionals, signal }) {
    const [out, name] = [text(values, 'out'), text(values, 'model')];
    const given = [out !== undefined, name !== undefined, values.check === true].filter(Boolean).length;
    if (given !== 1 || positionals.length === 0)
      throw new UsageError('Name labelled folders and one of --out FILE, --model NAME, --check.');
    const sets: TrainingSets = {
      folders: positionals,
      labels: text(values, 'labels'),
      grouping: parseGrouping(text(values, 'groups') ?? 'labels'),
      counted: text(values, 'counted'),
      reserved: Array.isArray(values.reserved) ? values.reserved : [],
      forestOnly: Array.isArray(values['forest-only']) ? values['forest-only'] : [],
    };
    const detector = await detectorPackage(text(values, 'detector'));
    if (values.check) {
      const check = await checkTraining(detector, sets);
      console.log(values.json ? JSON.stringify(check) : checkText(check));
      return check.refused === null && check.problems.length === 0 ? exitCodes.fine : exitCodes.couldNotRun;
    }
    const options: Omit<TrainingOptions, 'card'> = {
      seed: number(values, 'seed', 0, 2 ** 40) ?? 1,
      skipFaulty: values['skip-faulty'] === true,
      signal,
      onProgress: printProgress(),
      onNote: (sentence) => console.error(`tem-gauge: ${sentence}`),
    };
    if (name !== undefined)
      for (const other of ['card', 'notes', 'rows'])
        if (text(values, other) !== undefined) throw new UsageError(`--${other} goes with --out, not with --model.`);
    const work = (engine: Engine) =>
      name === undefined
        ? trainToFile(engine, sets, options, { ...values, out })
        : trainToStore({ engine, detector }, sets, { ...options, name }).then((trained) =>
            console.log(
              values.json
                ? JSON.stringify(trained)
                : `${validationText(trained.validation)}\n${plural(trained.rows, 'image')}; ${trained.model.path}`,
            ),
          );
    const engine = await createEngine({ modelPath: detector.dir, cacheDir: text(values, 'cache'), forestPath: '' });
    try {
      await work(engine);
      return exitCodes.fine;
    } finally {
      await engine.dispose();
    }
  },
};

async function trainToFile(
  engine: Engine,
  sets: TrainingSets,
  options: Omit<TrainingOptions, 'card'>,
  values: Values,
): Promise<void> {
  const [out, card, table] = [text(values, 'out')!, text(values, 'card'), text(values, 'rows')];
  for (const file of [out, card, table]) if (file !== undefined) await checkOutputFile(file);
  const notesFile = text(values, 'notes');
  const notes =
    notesFile === undefined ? '' : `\n${(await readRegularFile(notesFile, { maxBytes: 1e6 })).toString('utf8')}`;
  const trained = await trainModel(engine, sets, { ...options, card: card !== undefined });
  await writeOutputFile(out, JSON.stringify(trained.model));
  if (card !== undefined) await writeOutputFile(card, trained.card! + notes);
  if (table !== undefined) await writeOutputFile(table, toCsv(trained.table));
  const { rows, withoutDetections, validation, figures } = trained;
  console.log(
    values.json
      ? JSON.stringify({ out, rows, withoutDetections, validation, ...figures })
      : `${validationText(validation)}\n${plural(rows, 'image')}; ${out}`,
  );
}

/** A line on standard error per fifty images, and per step of the calculation. */
const printProgress = (): TrainingOptions['onProgress'] => {
  const every = { detecting: 50, fitting: 1 };
  return ({ phase, done, total, secondsLeft }) => {
    if (done === 0 || done % every[phase] !== 0) return;
    const left = secondsLeft === null || done === total ? '' : `, ${duration(secondsLeft)} left`;
    console.error(phase === 'detecting' ? `${done} / ${total}${left}` : `fitting, step ${done} of ${total}`);
  };
};
