import {
  describeModel,
  listModels,
  modelCard,
  modelsFolder,
  removeModel,
  resolveModel,
} from '../engine/models/modelStore';
import { verifyModel } from '../engine/detector/verifyModel';
import { printable } from '../core/text/printable';
import { exitCodes, UsageError, type Command } from './command';

export const models: Command = {
  summary: 'list, show, verify and remove models',
  usage: '[list] | card NAME | verify NAME | remove NAME [--json]',
  details: `  list                the embedded model and the imported ones
  card NAME           its card: description and measured errors
  verify NAME         check hashes and the forest's detector, and run the self-check image
  remove NAME         delete an imported model
  --json              one JSON object per line

NAME is a model of the models folder, or the path of a model package. estimate, audit and train take it as --detector.`,
  options: { json: { type: 'boolean' } },
  async run({ values, positionals }) {
    const [action = 'list', name, ...rest] = positionals;
    if (!['list', 'card', 'verify', 'remove'].includes(action) || rest.length || (action === 'list') !== !name)
      throw new UsageError(`Use: tem-gauge models ${models.usage}.`);
    const print = (object: object, words: string) =>
      console.log(values.json ? JSON.stringify(object) : words.split('\n').map(printable).join('\n'));
    if (action === 'list') {
      for (const m of await listModels())
        print(
          m,
          `${m.name.padEnd(24)} ${m.bundled ? 'embedded' : m.usable ? 'imported' : 'UNUSABLE'}  ${m.description}\n${' '.repeat(25)}forest: ${m.forest ?? 'none'}`,
        );
      if (!values.json) console.log(`\nImported models lie in ${modelsFolder()}`);
      return exitCodes.fine;
    }
    if (action === 'remove') {
      const dir = await removeModel(name!);
      print({ removed: dir }, `Removed ${dir}`);
      return exitCodes.fine;
    }
    const dir = await resolveModel(name);
    if (action === 'card') {
      const card = await modelCard(dir);
      print({ ...(await describeModel(dir)), card }, card);
      return exitCodes.fine;
    }
    const check = await verifyModel(dir);
    print(check, check.message);
    return check.ok ? exitCodes.fine : exitCodes.couldNotRun;
  },
};
