import type { Forest, Tree } from '../../../core/forest/forest';
import { treeFault } from '../../../core/forest/treeFault';
import { printable } from '../../../core/text/printable';
import { decompressPickle } from '../pickle/compressed';
import { buildNumpy, isArray, numpyGlobals } from '../pickle/numpyPickle';
import { PickledObject, readPickle } from '../pickle/pickle';
import { PickleError } from '../pickle/pickleError';
import { isLfsPointer, lfsSentence } from '../../files/lfsPointer';

/** Memory limit of a forest: four million nodes take about 400 MB as JSON. */
const maxNodes = 4e6;
const maxTrees = 20_000;
const maxFeatures = 10_000;
/** A forest in a Pipeline in a search. */
const maxDepth = 2;

/** Content of a scikit-learn file, as data. */
export interface SklearnModel {
  readonly forest: Forest | null;
  readonly scaler: Scaler | null;
  readonly featureCount: number;
  /** feature_names_in_, when it was fitted on named columns. */
  readonly featureNames: readonly string[] | null;
  /** Class and version, e.g. "RandomForestRegressor, scikit-learn 1.1.3". */
  readonly description: string;
}

interface Scaler {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

const supported =
  'RandomForestRegressor, ExtraTreesRegressor, DecisionTreeRegressor, StandardScaler, or a Pipeline of a scaler and a forest';

/**
 * Reads a joblib or pickle file of scikit-learn 0.24–1.9 (older module names too) without running any of it.
 * @throws PickleError with one sentence: hostile (with the name that it refers to), damaged, or another estimator.
 */
export async function readSklearn(bytes: Uint8Array): Promise<SklearnModel> {
  if (isLfsPointer(bytes)) throw new PickleError(lfsSentence);
  const data = decompressPickle(bytes);
  if (data[0] !== 0x80 && !/^[(cI\]}]/.test(String.fromCharCode(data[0] ?? 0)))
    throw new PickleError('The file is not a pickle: neither joblib nor pickle wrote it.');
  try {
    const root = readPickle(data, {
      globals: numpyGlobals(),
      inert: isInert,
      build: buildNumpy,
    });
    return convert(root);
  } catch (error) {
    if (error instanceof PickleError) throw error;
    // Any other exception comes from a structure that no check covers: the file is malformed.
    throw new PickleError('The pickle is malformed.');
  }
}

/** Packages whose estimators and values users pickle with or instead of scikit-learn's; none of their code is run. */
const otherPackages =
  /^(xgboost|lightgbm|catboost|pandas|imblearn|skopt|skops|cuml|optuna|torch|tensorflow|keras|statsmodels|polars)\./;

/**
 * Names that become inert data: scikit-learn's estimators, and what a search object keeps of its candidates (masked
 * arrays, distributions).
 * @throws PickleError for an estimator of another package
 */
function isInert(name: string): boolean {
  const other = otherPackages.exec(name);
  if (other)
    throw new PickleError(
      `The pickle contains "${printable(name.slice(0, 120))}" of ${other[1]}, which is not supported; supported are ${supported}.`,
    );
  return (
    /^(sklearn|numpy\.random|numpy\.ma|scipy\.stats|_loss)\.[\w.]+$/.test(name) || methodsOfDistributions.includes(name)
  );
}

/** How scipy.stats pickles the methods of a frozen distribution; data here, like everything else. */
const methodsOfDistributions = ['numpy.vectorize', 'builtins.getattr'];

/**
 * A whole number of an attribute; undefined for anything else. The conversion of a container to a number might never
 * end.
 */
const integer = (v: unknown): number | undefined => (Number.isSafeInteger(v) ? (v as number) : undefined);

function convert(root: unknown, depth = 0): SklearnModel {
  // A Pipeline or a search may contain itself.
  if (depth > maxDepth) throw new PickleError('The model contains models that are nested too deeply.');
  if (!(root instanceof PickledObject) || !root.className.startsWith('sklearn.'))
    throw new PickleError(`The pickle contains ${nameOf(root)}, not a scikit-learn model; supported are ${supported}.`);
  const kind = root.className.split('.').at(-1)!;
  const version = root.get('_sklearn_version');
  const description = printable(
    `${kind}${typeof version === 'string' ? `, scikit-learn ${version.slice(0, 40)}` : ''}`,
  );
  const names = textArray(root.get('feature_names_in_'));
  if (/SearchCV$/.test(kind)) {
    const best = root.get('best_estimator_');
    if (best === undefined || best === null)
      throw new PickleError(
        `The ${kind} has no best_estimator_: it was not fitted, or with refit=False; save the fitted forest itself.`,
      );
    const model = convert(best, depth + 1);
    return { ...model, description: `${kind}, best_estimator_: ${model.description}` };
  }
  if (kind === 'Pipeline') return pipeline(root, description, depth);
  if (kind === 'StandardScaler') {
    const scaler = readScaler(root);
    return { forest: null, scaler, featureCount: scaler.mean.length, featureNames: names, description };
  }
  const trees =
    kind === 'DecisionTreeRegressor' || kind === 'ExtraTreeRegressor'
      ? [root]
      : kind === 'RandomForestRegressor' || kind === 'ExtraTreesRegressor'
        ? (root.get('estimators_') ?? [])
        : undefined;
  if (trees === undefined)
    throw new PickleError(
      `The pickle contains a ${printable(kind)}, which is not supported; supported are ${supported}.`,
    );
  if (!Array.isArray(trees) || trees.length === 0)
    throw new PickleError(`The ${kind} has no trees: it was saved before it was fitted.`);
  if (trees.length > maxTrees)
    throw new PickleError(`The ${kind} has ${trees.length} trees; at most ${maxTrees} are read.`);
  const outputs = integer(root.get('n_outputs_')) ?? 1;
  if (outputs !== 1) throw new PickleError(`The ${kind} predicts ${outputs} values at once; TEM Gauge needs one.`);
  const features = integer(root.get('n_features_in_') ?? root.get('n_features_') ?? root.get('n_features'));
  const left = { nodes: maxNodes };
  const read = trees.map((t) => readTree(t, left));
  const highest = read.reduce((m, t) => t.feature.reduce((n, f) => Math.max(n, f), m), -1);
  const featureCount = features ?? highest + 1;
  if (highest >= featureCount) throw new PickleError('The forest splits on a feature it does not have.');
  if (featureCount > maxFeatures)
    throw new PickleError(`The forest has ${featureCount} features; at most ${maxFeatures} are read.`);
  return { forest: { trees: read }, scaler: null, featureCount, featureNames: names, description };
}

function pipeline(root: PickledObject, description: string, depth: number): SklearnModel {
  const steps = root.get('steps');
  if (!Array.isArray(steps) || steps.length > 20) throw new PickleError('The Pipeline is malformed.');
  const models = steps
    .map((step) => (Array.isArray(step) ? (step[1] as unknown) : undefined))
    .filter((m) => m !== 'passthrough' && m !== null)
    .map((m) => convert(m, depth + 1));
  const last = models.at(-1);
  if (!last?.forest || models.length > 2 || (models.length === 2 && !models[0]!.scaler))
    throw new PickleError(`The Pipeline has steps that are not supported; supported are ${supported}.`);
  const scaler = models.length === 2 ? models[0]!.scaler : null;
  return {
    ...last,
    scaler,
    featureNames: models[0]!.featureNames ?? last.featureNames,
    description: `${description}: ${models.map((m) => m.description).join(' + ')}`,
  };
}

const numbers = (v: unknown): number[] | null => (isArray(v) && !v.objects ? Array.from(v.values) : null);

/** with_mean=False and with_std=False leave None. */
function readScaler(o: PickledObject): Scaler {
  const mean = o.get('with_mean') === false ? null : numbers(o.get('mean_'));
  const scale = o.get('with_std') === false ? null : numbers(o.get('scale_'));
  const n = mean?.length ?? scale?.length ?? integer(o.get('n_features_in_'));
  if (n === undefined || n < 1 || n > maxFeatures)
    throw new PickleError('The StandardScaler has no means: it was saved before it was fitted.');
  const scaler = { mean: mean ?? new Array<number>(n).fill(0), scale: scale ?? new Array<number>(n).fill(1) };
  if (
    scaler.scale.length !== n ||
    ![...scaler.mean, ...scaler.scale].every(Number.isFinite) ||
    scaler.scale.includes(0)
  )
    throw new PickleError('The StandardScaler contains invalid values.');
  return scaler;
}

/** @param left nodes that the forest may still have; a pickle can contain one tree a million times */
function readTree(estimator: unknown, left: { nodes: number }): Tree {
  const tree = estimator instanceof PickledObject ? estimator.get('tree_') : undefined;
  const nodes = tree instanceof PickledObject ? tree.get('nodes') : undefined;
  const values = tree instanceof PickledObject ? tree.get('values') : undefined;
  if (!isArray(nodes) || !nodes.columns || !isArray(values))
    throw new PickleError('The forest contains a malformed tree.');
  left.nodes -= values.values.length;
  if (left.nodes < 0) throw new PickleError(`The forest has more than ${maxNodes / 1e6} million nodes.`);
  const columns = nodes.columns;
  const get = (name: string) => {
    const c = columns.get(name);
    if (!c) throw new PickleError(`The trees of this scikit-learn version lack "${name}".`);
    return Array.from(c);
  };
  const result = {
    childrenLeft: get('left_child'),
    childrenRight: get('right_child'),
    feature: get('feature'),
    // Trees fitted with missing values separate them from all others at infinity, which JSON does not support.
    threshold: get('threshold').map((t) => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, t))),
    value: Array.from(values.values),
    weightedNodeSamples: get('weighted_n_node_samples'),
  };
  const fault = treeFault(result);
  if (fault) throw new PickleError(`The forest contains a tree that ${fault}.`);
  return result;
}

const textArray = (v: unknown): string[] | null =>
  isArray(v) && v.objects && v.objects.length <= maxFeatures && v.objects.every((o) => typeof o === 'string')
    ? v.objects.map((name) => name.slice(0, 200))
    : null;

function nameOf(v: unknown): string {
  if (v instanceof PickledObject) return `a "${printable(v.className.slice(0, 80))}"`;
  if (isArray(v)) return 'an array';
  if (v instanceof Map) return 'a dictionary';
  if (Array.isArray(v)) return 'a list';
  return v === null ? 'nothing' : `a ${typeof v}`;
}
