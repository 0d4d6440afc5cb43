import { expect, it } from 'vitest';
import { featureRows } from '../../../media/preview/badge';

it('lists the features by their effect on F1, signed', () => {
  const explanation = { baseValue: 0.8, contributions: { meanScore: -0.1234, detectionCount: 0.02 } };
  expect(featureRows({ features: { detectionCount: 12, meanScore: 0.8765 }, explanation })).toEqual([
    ['meanScore', '0.876', '−0.123'],
    ['detectionCount', '12', '+0.020'],
  ]);
});

it('lists values alone where nothing is explained, and nothing without features', () => {
  expect(featureRows({ features: { meanScore: 0.5 }, explanation: null })).toEqual([['meanScore', '0.500', '']]);
  expect(featureRows(null)).toEqual([]);
});
