import { describe, expect, it } from 'vitest';
import { precisionAndRecall } from '../../../media/preview/badge';
import { confidenceName } from '../../../media/preview/confidence';
import { listDetections } from '../../../media/preview/detectionList';
import { detection } from './detections';

describe('the list of detections', () => {
  const detections = [
    detection([0, 0, 10, 10], 0.9, 0.5),
    detection([0, 0, 20, 10], 0.8, 0.95),
    detection([0, 0, 30, 10], 0.95, 0.4),
  ];
  it('begins with the most doubtful by probability, not by score', () =>
    expect(listDetections(detections, 0, null).map(({ index }) => index)).toEqual([2, 0, 1]));
  it('leaves out what the slider hides', () =>
    expect(listDetections(detections, 0.5, 2)).toEqual([
      { text: 'probability 0.50 (score 0.90), 10 × 10 px, 20.0 × 20.0 nm', index: 0 },
      { text: 'probability 0.95 (score 0.80), 20 × 10 px, 40.0 × 20.0 nm', index: 1 },
    ]));
  it('goes by the score without a calibration', () => {
    const plain = detections.map((d) => ({ ...d, probability: null }));
    expect(listDetections(plain, 0.85, null).map(({ index }) => index)).toEqual([0, 2]);
  });
});

it('names what the slider is about', () => {
  expect(confidenceName(null)).toBe('Score');
  expect(confidenceName({ detections: [detection([0, 0, 1, 1], 0.9)] })).toBe('Score');
  expect(confidenceName({ detections: [], candidates: [detection([0, 0, 1, 1], 0.3, 0.1)] })).toBe('Probability');
});

it('puts precision and recall into words where they are known', () => {
  const prediction = (value: number, low: number, high: number) => ({ value, low, high, level: 0.9 });
  expect(precisionAndRecall({ precision: prediction(0.91, 0.8, 0.97), recall: prediction(0.62, 0.4, 0.81) })).toEqual([
    'precision 0.91 (0.80–0.97)',
    'recall 0.62 (0.40–0.81)',
  ]);
  expect(precisionAndRecall({ precision: null, recall: null })).toEqual([]);
});
