import { expect, it } from 'vitest';
import { pairDetections } from '../../../server/src/core/evaluation/matchDetections';
import { featureRanks } from '../../../server/src/core/reliability/featureRanks';

it('ranks a value among the training rows, ties by half', () => {
  const model = { mean: [10], scale: [2], outside: 1, rows: [[-1], [0], [0.5], [2]] };
  expect(featureRanks(model, [7])).toEqual([0]);
  expect(featureRanks(model, [10])).toEqual([0.375]);
  expect(featureRanks(model, [11.5])).toEqual([0.75]);
  expect(featureRanks(model, [99])).toEqual([1]);
});

it('pairs true boxes and predictions in the order given, with what is not counted apart', () => {
  const predicted = [
    [50, 50, 60, 60],
    [0, 0, 10, 10],
    [90, 90, 100, 100],
    [200, 200, 203, 203],
  ] as const;
  const truth = {
    boxes: [
      [51, 51, 61, 61],
      [300, 0, 310, 10],
      [1, 1, 11, 11],
    ],
    minSide: 5,
  } as const;
  expect(pairDetections(predicted, truth)).toEqual({ found: [true, false, true], correct: [true, true, false, null] });
});
