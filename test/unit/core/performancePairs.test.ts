import { expect, it } from 'vitest';
import { performancePairs } from '../../../server/src/core/reliability/quantiles';

/** One tree that sends x ≤ 0.5 to rows 0 and 1, the rest to rows 2, 3 and 4. */
const model = {
  forest: {
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
  },
  quantile: {
    targets: { f1: [0, 0, 0, 0, 0], precision: [0.1, 0.2, 0.9, 0.8, 0.7], recall: [0.4, 0.3, 0.5, 0.9, 0.7] },
    tails: { f1: [], precision: [], recall: [] },
  },
};

it('draws precision and recall of the rows in the same leaf, together and by rising recall', () => {
  expect(performancePairs(model, [0], 4)).toEqual([
    [0.2, 0.3],
    [0.2, 0.3],
    [0.1, 0.4],
    [0.1, 0.4],
  ]);
  expect(performancePairs(model, [1], 3)).toEqual([
    [0.9, 0.5],
    [0.7, 0.7],
    [0.8, 0.9],
  ]);
});
