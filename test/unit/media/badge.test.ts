import { expect, it } from 'vitest';
import { featureRows, signed } from '../../../media/preview/panels/why';

it('lists the features by their effect on F1, in words where they are known', () => {
  const explanation = { baseValue: 0.8, contributions: { meanScore: -0.1234, detectionCount: 0.02 } };
  const featureLabels = { meanScore: 'mean score' };
  expect(featureRows({ features: { detectionCount: 12, meanScore: 0.8765 }, explanation, featureLabels })).toEqual([
    { name: 'meanScore', label: 'mean score', value: '0.876', effect: -0.1234 },
    { name: 'detectionCount', label: 'detectionCount', value: '12', effect: 0.02 },
  ]);
});

it('writes the sign of an effect, also of a fall', () =>
  expect([-0.1234, 0.02].map(signed)).toEqual(['−0.12', '+0.02']));

it('lists values alone where nothing is explained, and nothing without features', () => {
  expect(featureRows({ features: { meanScore: 0.5 }, explanation: null })).toEqual([
    { name: 'meanScore', label: 'meanScore', value: '0.500', effect: null },
  ]);
  expect(featureRows(null)).toEqual([]);
});
