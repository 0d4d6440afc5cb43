import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { publishedFeatures } from '../../../core/features/published8';
import type { ReliabilityModel } from '../../../core/reliability/model';
import { PickleError } from '../pickle/pickle';
import { readSklearn, type SklearnModel } from './sklearnForest';
import { ensureFolder } from '../../files/ensureFolder';

export interface ImportForestOptions {
  /** RandomForestRegressor, ExtraTreesRegressor or a Pipeline, by joblib or pickle. */
  readonly forest: string;
  /** StandardScaler by joblib or pickle. */
  readonly scaler?: string | undefined;
  /** Id of the detector it was fitted on, where that is known. */
  readonly detector?: string | undefined;
  readonly out: string;
}

export interface ImportedForest {
  readonly model: ReliabilityModel;
  readonly description: string;
  /** What the user should know, one sentence each. */
  readonly notices: readonly string[];
}

async function read(file: string): Promise<{ bytes: Buffer; model: SklearnModel }> {
  const bytes = await fs.readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new PickleError(
      error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} could not be read (${error.code}).`,
    );
  });
  try {
    return { bytes, model: await readSklearn(bytes) };
  } catch (error) {
    throw error instanceof PickleError ? new PickleError(`${path.basename(file)}: ${error.message}`) : error;
  }
}

/**
 * Turns a scikit-learn forest (and its scaler) into a forest package; nothing in the files is executed.
 * @throws PickleError with one sentence for the user; nothing is written then.
 */
export async function importForest(o: ImportForestOptions): Promise<ImportedForest> {
  const { bytes, model } = await read(o.forest);
  if (!model.forest)
    throw new PickleError(`${path.basename(o.forest)} is a scaler (${model.description}), not a forest.`);
  const given = o.scaler ? (await read(o.scaler)).model : null;
  if (given && !given.scaler)
    throw new PickleError(`${path.basename(o.scaler!)} is no scaler but a ${given.description}.`);
  if (given && model.scaler) throw new PickleError('The Pipeline has its own scaler; leave --scaler away.');
  const scaler = given?.scaler ?? model.scaler;
  const n = model.featureCount;
  if (scaler && scaler.mean.length !== n)
    throw new PickleError(
      `The scaler has ${scaler.mean.length} features, the forest ${n}: they do not belong together.`,
    );
  const names = given?.featureNames ?? model.featureNames;
  const published = n === publishedFeatures.length;
  const notices: string[] = [];
  if (!scaler) notices.push('There is no scaler: features go to the forest unscaled.');
  if (!published)
    notices.push(`The forest takes ${n} features, not the eight published ones: it serves «predict», not «estimate».`);
  else if (names)
    notices.push(`The forest’s columns are named ${names.join(', ')}; they are fed in the published order.`);
  if (!o.detector)
    notices.push(
      'The forest does not say which detector it was fitted on; name it with --detector to have it checked.',
    );
  notices.push(
    'Its training rows are not in the file: predictions come without an interval and never count as «reliable».',
  );
  const result: ReliabilityModel = {
    schema: 'tem-gauge/forest@1',
    detector: o.detector ?? null,
    target: 'f1',
    features: published
      ? publishedFeatures.map((f) => f.name)
      : (names ?? Array.from({ length: n }, (_, i) => `x${i}`)),
    scaler: scaler ?? { mean: new Array<number>(n).fill(0), scale: new Array<number>(n).fill(1) },
    forest: model.forest,
    quantile: null,
    calibration: null,
    published: null,
    training: null,
    source: {
      file: path.basename(o.forest),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      description: model.description,
    },
  };
  await ensureFolder(path.dirname(path.resolve(o.out)));
  await fs.writeFile(o.out, JSON.stringify(result));
  return { model: result, description: model.description, notices };
}
