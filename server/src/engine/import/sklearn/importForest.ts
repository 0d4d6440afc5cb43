import { createHash } from 'node:crypto';
import path from 'node:path';
import { publishedFeatureOf } from '../../../core/features/featureNames';
import { notFractions } from '../../../core/forest/valueRange';
import { publishedFeatures } from '../../../core/features/published8';
import type { ReliabilityModel } from '../../../core/reliability/model';
import { printable } from '../../../core/text/printable';
import { PickleError } from '../pickle/pickleError';
import { ImportError } from '../importError';
import { FileReadError, fileLimits, readRegularFile } from '../../files/readRegularFile';
import { readSklearn, type SklearnModel } from './sklearnForest';
import { writeOutputFile } from '../../files/writeOutput';

export interface ImportForestOptions {
  /** RandomForestRegressor, ExtraTreesRegressor or a Pipeline, by joblib or pickle. */
  readonly forest: string;
  /** StandardScaler by joblib or pickle. */
  readonly scaler?: string | undefined;
  /** Id of the detector it was fitted on, where that is known. */
  readonly detector?: string | undefined;
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportedForest {
  readonly model: ReliabilityModel;
  readonly description: string;
  /** Notices for the user, one sentence each. */
  readonly notices: readonly string[];
}

async function read(file: string): Promise<{ bytes: Buffer; model: SklearnModel }> {
  const bytes = await readRegularFile(file, { maxBytes: fileLimits.pickle }).catch((error: Error) => {
    throw error instanceof FileReadError ? new ImportError(error.message) : error;
  });
  try {
    return { bytes, model: await readSklearn(bytes) };
  } catch (error) {
    throw error instanceof PickleError ? new PickleError(`${path.basename(file)}: ${error.message}`) : error;
  }
}

/**
 * Converts a scikit-learn forest (and its scaler) to a forest package; nothing in the files is executed.
 * @throws PickleError with one sentence for the user, the signal's reason when it is aborted; nothing is written then.
 */
export async function importForest(o: ImportForestOptions): Promise<ImportedForest> {
  const { bytes, model } = await read(o.forest);
  if (!model.forest)
    throw new PickleError(`${path.basename(o.forest)} is a scaler (${model.description}), not a forest.`);
  const given = o.scaler ? (await read(o.scaler)).model : null;
  if (given && !given.scaler)
    throw new PickleError(`${path.basename(o.scaler!)} is not a scaler but a ${given.description}.`);
  if (given && model.scaler) throw new PickleError('The Pipeline has its own scaler; leave --scaler away.');
  const scaler = given?.scaler ?? model.scaler;
  const n = model.featureCount;
  if (scaler && scaler.mean.length !== n)
    throw new PickleError(
      `The scaler has ${scaler.mean.length} features, the forest ${n}: they do not belong together.`,
    );
  const { features, notice } = featuresOf(n, given?.featureNames ?? null, model.featureNames);
  const notices: string[] = [];
  if (!scaler) notices.push('There is no scaler: features go to the forest unscaled.');
  if (notice) notices.push(notice);
  const values = notFractions(model.forest);
  if (values) notices.push(predictOnly(values));
  if (!o.detector)
    notices.push(
      'The forest does not contain the detector it was fitted on; name it with --detector, so that it is checked.',
    );
  notices.push(
    'Its training rows are not in the file: predictions come without an interval and never count as "reliable".',
  );
  const result: ReliabilityModel = {
    schema: 'tem-gauge/forest@1',
    detector: o.detector ?? null,
    target: 'f1',
    features,
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
  o.signal?.throwIfAborted();
  await writeOutputFile(o.out, JSON.stringify(result));
  return { model: result, description: model.description, notices };
}

/**
 * Features in the order of the forest's columns. Named columns are taken by name; without names, eight columns are the
 * published ones in the published order.
 * @throws PickleError where scaler and forest were fitted on other names
 */
function featuresOf(
  n: number,
  ofScaler: readonly string[] | null,
  ofForest: readonly string[] | null,
): { features: readonly string[]; notice: string | null } {
  if (ofScaler && ofForest && ofScaler.join('\n') !== ofForest.join('\n'))
    throw new PickleError(
      `The scaler was fitted on the columns ${list(ofScaler)}, the forest on ${list(ofForest)}: they do not belong together.`,
    );
  const names = ofScaler ?? ofForest;
  if (names && (names.length !== n || new Set(names).size !== n))
    throw new PickleError(`The forest takes ${n} features but names ${names.length} columns: ${list(names)}.`);
  const published = names?.map(publishedFeatureOf);
  if (published?.every((f) => f !== null) && new Set(published).size === n)
    return { features: published, notice: null };
  const order = publishedFeatures.map((f) => f.name);
  // Column numbers, as pandas gives an unnamed frame, are not names.
  if (!names || names.every((name, i) => [String(i), String(i + 1), `x${i}`].includes(name)))
    return n === order.length
      ? {
          features: order,
          notice:
            'The forest’s columns have no names; they are taken for the published features in the published order.',
        }
      : {
          features: names ?? Array.from({ length: n }, (_, i) => `x${i}`),
          notice: predictOnly(`takes ${n} features, not the eight published ones`),
        };
  return { features: names, notice: predictOnly(`takes the columns ${list(names)}, not the eight published features`) };
}

const predictOnly = (what: string) => `The forest ${what}: it can be used by "predict", not by "estimate".`;

const list = (names: readonly string[]) => printable(names.slice(0, 40).join(', '));
