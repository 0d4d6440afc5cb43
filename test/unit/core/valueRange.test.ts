import { expect, it } from 'vitest';
import { notFractions } from '../../../server/src/core/forest/valueRange';

const forest = (...leaves: number[]) => ({
  // The root's own value, the mean of all samples, is never predicted.
  trees: leaves.map((v) => ({ childrenLeft: [1, -1, -1], childrenRight: [2, -1, -1], feature: [0, -2, -2], threshold: [0.5, -2, -2], value: [7, v, 0.5] })), // prettier-ignore
});

it.each<[string, number[], string | null]>([
  ['fractions', [0, 1, 0.3], null],
  ['rounding', [1 + 1e-9, -1e-9], null],
  ['percentages', [12, 93.5], 'predicts values from 0.5 to 93.5, but F1 is from 0 to 1 (fractions, not percent)'],
  ['negative values', [-0.2, 0.4], 'predicts values from -0.2 to 0.5, but F1 is from 0 to 1'],
  ['other quantities', [1e5], 'predicts values from 0.5 to 100000, but F1 is from 0 to 1'],
])('a forest of %s', (_, leaves, clause) => expect(notFractions(forest(...leaves))).toBe(clause));
