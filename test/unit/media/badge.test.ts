import { expect, it } from 'vitest';
import { featureRows, rankText, signed } from '../../../media/preview/panels/why';

it('lists the features by their effect on F1, in words where they are known', () => {
  const explanation = {
    baseValue: 0.8,
    contributions: { meanScore: -0.1234, detectionCount: 0.02 },
    ranks: { meanScore: 0.03 },
  };
  const featureLabels = { meanScore: 'mean score' };
  expect(featureRows({ features: { detectionCount: 12, meanScore: 0.8765 }, explanation, featureLabels })).toEqual([
    { name: 'meanScore', label: 'mean score', value: '0.876', effect: -0.1234, rank: 0.03 },
    { name: 'detectionCount', label: 'detectionCount', value: '12', effect: 0.02, rank: null },
  ]);
});

it('writes the sign of an effect, also of a fall', () =>
  expect([-0.1234, 0.02].map(signed)).toEqual(['−0.12', '+0.02']));

it('lists values alone where nothing is explained, and nothing without features', () => {
  expect(featureRows({ features: { meanScore: 0.5 }, explanation: null })).toEqual([
    { name: 'meanScore', label: 'meanScore', value: '0.500', effect: null, rank: null },
  ]);
  expect(featureRows(null)).toEqual([]);
});

it('says where a value lies among the training images', () => {
  expect(rankText(0.03)).toBe('lower than in 97 % of the training images');
  expect(rankText(0.8)).toBe('higher than in 80 % of the training images');
  expect(rankText(null)).toBe('');
});
