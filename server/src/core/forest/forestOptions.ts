/** Options with the names and the meaning of scikit-learn's RandomForestRegressor and ExtraTreesRegressor. */
export interface ForestOptions {
  readonly nEstimators: number;
  /**
   * Features drawn at each split: a whole number of them, a fraction below 1 of all (rounded down, at least one), or a
   * rule. A constant feature counts as drawn, but drawing continues until one feature varies.
   */
  readonly maxFeatures: number | 'sqrt' | 'log2' | 'all';
  /** Minimum number of distinct training rows per leaf: a row that the bootstrap drew twice counts once. */
  readonly minSamplesLeaf: number;
  /** Minimum number of distinct training rows of a node that is split (default 2). */
  readonly minSamplesSplit?: number | undefined;
  /** Maximum number of splits between root and leaf (default: no limit). */
  readonly maxDepth?: number | undefined;
  /** Minimum decrease of the mean squared error of all rows by a split (default 0). */
  readonly minImpurityDecrease?: number | undefined;
  /** `best` is RandomForestRegressor (default); `random` draws one threshold per feature, as ExtraTreesRegressor. */
  readonly splitter?: 'best' | 'random' | undefined;
  /** Train each tree on rows drawn with replacement; scikit-learn's default is true for `best`, false for `random`. */
  readonly bootstrap?: boolean | undefined;
  /** Rows drawn per tree: a whole number, or a fraction of all (default 1 = all); requires `bootstrap`. */
  readonly maxSamples?: number | undefined;
}

/** Every option as a number or a truth value, for a table of given size. */
export interface ResolvedOptions {
  readonly nEstimators: number;
  readonly maxFeatures: number;
  readonly minSamplesLeaf: number;
  readonly minSamplesSplit: number;
  readonly maxDepth: number;
  readonly minImpurityDecrease: number;
  readonly splitter: 'best' | 'random';
  readonly bootstrap: boolean;
  readonly samples: number;
}

/**
 * Fills in scikit-learn's defaults.
 * @throws RangeError that names the option whose value is impossible
 */
export function resolveOptions(o: ForestOptions, rows: number, features: number): ResolvedOptions {
  const splitter = o.splitter ?? 'best';
  const bootstrap = o.bootstrap ?? splitter === 'best';
  const whole = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least)
      throw new RangeError(`${name} is a whole number of at least ${least}, not ${value}.`);
    return value;
  };
  const decrease = o.minImpurityDecrease ?? 0;
  if (!(decrease >= 0)) throw new RangeError(`minImpurityDecrease is at least 0, not ${decrease}.`);
  if (o.maxSamples !== undefined && !bootstrap) throw new RangeError('maxSamples needs bootstrap.');
  return {
    nEstimators: whole('nEstimators', o.nEstimators, 1),
    maxFeatures: featureCount(o.maxFeatures, features),
    minSamplesLeaf: whole('minSamplesLeaf', o.minSamplesLeaf, 1),
    minSamplesSplit: whole('minSamplesSplit', o.minSamplesSplit ?? 2, 2),
    maxDepth: o.maxDepth === undefined ? Infinity : whole('maxDepth', o.maxDepth, 1),
    minImpurityDecrease: decrease,
    splitter,
    bootstrap,
    samples: sampleCount(o.maxSamples ?? 1, rows),
  };
}

function featureCount(value: ForestOptions['maxFeatures'], features: number): number {
  if (value === 'all') return features;
  if (value === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(features)));
  if (value === 'log2') return Math.max(1, Math.floor(Math.log2(features)));
  if (value > 0 && value < 1) return Math.max(1, Math.floor(value * features));
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`maxFeatures is a whole number, a fraction below 1, 'sqrt', 'log2' or 'all', not ${value}.`);
  return Math.min(value, features);
}

function sampleCount(value: number, rows: number): number {
  if (value > 0 && value <= 1) return Math.max(1, Math.round(value * rows));
  if (!Number.isInteger(value) || value < 1 || value > rows)
    throw new RangeError(`maxSamples is a fraction up to 1 or a whole number up to the ${rows} rows, not ${value}.`);
  return value;
}
