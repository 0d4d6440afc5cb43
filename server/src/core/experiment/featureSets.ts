import { candidateFeatures19 } from '../features/candidates19';
import { publishedFeatures } from '../features/published8';
import type { ForestOptions } from '../forest/trainForest';
import type { KernelRidgeOptions } from './kernelRidge';
import type { StudyTable } from './rows';

/** A set of features with the forest that is grown on it. */
export interface FeatureSet {
  readonly name: string;
  readonly description: string;
  readonly features: readonly string[];
  /** The features' values of a row, from the values of the table's columns by name. */
  readonly values: (column: (name: string) => number) => number[];
  readonly options: ForestOptions;
  /** Where present, the prediction is the mean of the forest's and of this regression's. */
  readonly kernelRidge?: KernelRidgeOptions;
}

/** scikit-learn's defaults, which the paper used: 100 fully grown trees, every feature tried at each split. */
export const paperForest: ForestOptions = { nEstimators: 100, maxFeatures: 'all', minSamplesLeaf: 1 };

const named = (name: string, description: string, features: readonly string[]): FeatureSet => ({
  name,
  description,
  features,
  values: (column) => features.map(column),
  options: paperForest,
});

const published = publishedFeatures.map((f) => f.name);

/** The paper's deployed model. */
export const published8: FeatureSet = named(
  'published8',
  "the paper's eight features, scikit-learn's default forest",
  published,
);

/** All candidates that a table has; `all19` where it has them all. */
export const allCandidates = (table: StudyTable): FeatureSet => {
  const present = candidateFeatures19.map((f) => f.name).filter((name) => table.features.includes(name));
  const missing = candidateFeatures19.length - present.length;
  return named(
    'all19',
    missing === 0
      ? "the paper's 19 candidates, scikit-learn's default forest"
      : `the ${present.length} of the paper's 19 candidates that the table has, scikit-learn's default forest`,
    present,
  );
};

/** Lower limit of areas relative to the image, about a box of a few pixels; their logarithm stays finite. */
const leastArea = 1e-4;

/**
 * Our set: what the published eight contain, with count and areas on a logarithmic scale, and the relative spread of
 * the box areas; the mean of a forest and a smooth regression. Found on the authors' rows, see docs/study.md.
 */
export const best: FeatureSet = {
  name: 'best',
  description:
    'the published eight with count and areas as logarithms, and the relative spread of the box areas; mean of a default forest and kernel ridge regression',
  features: [
    'fractionAbove09',
    'logCount',
    'logAreaRatio',
    'imageConfidence',
    'meanScore',
    'logMeanBoxArea',
    'stdScore',
    'logStdBoxArea',
    'relativeStdBoxArea',
  ],
  values: (column) => {
    const log = (name: string) => Math.log(Math.max(0, column(name)) + leastArea);
    return [
      column('fractionAbove09'),
      Math.log(Math.max(1, column('detectionCount'))),
      log('areaRatio'),
      column('imageConfidence'),
      column('meanScore'),
      log('meanBoxArea'),
      column('stdScore'),
      log('stdBoxArea'),
      column('stdBoxArea') / Math.max(1e-9, column('meanBoxArea')),
    ];
  },
  options: paperForest,
  kernelRidge: { alpha: 0.1, gamma: 1 / 18 },
};
