import { expect, it } from 'vitest';
import { rowWeights } from '../../../server/src/core/forest/packedForest';
import { performancePairs } from '../../../server/src/core/reliability/quantiles';

/** One tree that sends x ≤ 0.5 to rows 0 and 1, the rest to rows 2, 3 and 4. */
const forest = {
  trees: [
    {
      childrenLeft: [1, -1, -1],
      childrenRight: [2, -1, -1],
      feature: [0, -2, -2],
      threshold: [0.5, -2, -2],
      value: [0.5, 0.2, 0.8],
      weightedNodeSamples: [5, 2, 3],
      leafRows: [0, 1, 2, 3, 4],
    },
  ],
};
const quantile = {
  targets: { f1: [0, 0, 0, 0, 0], precision: [0.1, 0.2, 0.9, 0.8, 0.7], recall: [0.4, 0.3, 0.5, 0.9, 0.7] },
};

it('draws precision and recall of the rows in the same leaf, together and by rising recall', () => {
  expect(performancePairs(quantile, rowWeights(forest, [0], 5), 4)).toEqual([
    [0.2, 0.3],
    [0.2, 0.3],
    [0.1, 0.4],
    [0.1, 0.4],
  ]);
  expect(performancePairs(quantile, rowWeights(forest, [1], 5), 3)).toEqual([
    [0.9, 0.5],
    [0.7, 0.7],
    [0.8, 0.9],
  ]);
});
