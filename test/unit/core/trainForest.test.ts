import { describe, expect, it } from 'vitest';
import { oobPredictions } from '../../../server/src/core/forest/outOfBag';
import { trainForest, type ForestOptions } from '../../../server/src/core/forest/trainForest';
import { createRandom } from '../../../server/src/core/random';

const fit = (x: number[][], y: number[], options: Partial<ForestOptions> = {}) =>
  trainForest(x, y, { nEstimators: 5, maxFeatures: 'all', minSamplesLeaf: 1, ...options }, createRandom(1));

describe('options of the forest', () => {
  const x = [[1], [2], [3], [4], [5], [6]];
  const y = [0, 0, 0, 1, 1, 1];

  it.each<[Partial<ForestOptions>, string]>([
    [{ nEstimators: 0 }, 'nEstimators is a whole number of at least 1, not 0'],
    [{ maxFeatures: 1.5 }, 'maxFeatures is a whole number'],
    [{ maxFeatures: 0 }, 'maxFeatures is a whole number'],
    [{ minSamplesLeaf: 0 }, 'minSamplesLeaf'],
    [{ minSamplesSplit: 1 }, 'minSamplesSplit is a whole number of at least 2'],
    [{ maxDepth: 0 }, 'maxDepth'],
    [{ maxSamples: 7 }, 'up to the 6 rows'],
    [{ splitter: 'random', maxSamples: 0.5 }, 'maxSamples needs bootstrap'],
    [{ minImpurityDecrease: -1 }, 'minImpurityDecrease'],
  ])('refuses %j', (options, sentence) => expect(() => fit(x, y, options)).toThrow(sentence));

  it.each([
    [[], [], 'at least one row'],
    [[[1], [2]], [1], '2 rows and 1 targets'],
    [[[1], [2, 3]], [1, 2], 'Row 2 has 2 features, the first has 1'],
    [[[1], [NaN]], [1, 2], 'Row 2 has a feature that is not finite'],
    [[[1], [1e300]], [1, 2], 'Row 2 has a feature that is not finite'],
    [[[1], [2]], [1, Infinity], 'Row 2 has a target that is not finite'],
  ])('refuses rows %j with targets %j', (rows, targets, sentence) =>
    expect(() => fit(rows, targets)).toThrow(sentence),
  );

  it('splits between the values and gives each leaf its mean', () => {
    const forest = fit(x, y, { bootstrap: false });
    for (const tree of forest.trees) expect(tree).toMatchObject({ threshold: [3.5, -2, -2], value: [0.5, 0, 1] });
  });
  it('grows nothing where no feature or no target varies', () => {
    expect(fit([[1], [1]], [0, 1], { bootstrap: false }).trees[0]!.value).toEqual([0.5]);
    expect(fit([[1], [2]], [1, 1], { bootstrap: false }).trees[0]!.value).toEqual([1]);
  });
  it('treats values closer than 1e-7 as equal', () => {
    expect(fit([[0.1], [0.1 + 4e-8]], [0, 1], { bootstrap: false }).trees[0]!.value).toEqual([0.5]);
  });
  it('has out-of-bag predictions only with a bootstrap, and a leaf row for each drawn row', () => {
    const bagged = fit(x, y, { nEstimators: 40 });
    expect(oobPredictions(bagged, x).every((p) => p >= 0 && p <= 1)).toBe(true);
    for (const t of bagged.trees) expect(t.leafRows).toHaveLength(6);
    expect(oobPredictions(fit(x, y, { splitter: 'random' }), x).every(Number.isNaN)).toBe(true);
  });
});
