import { describe, expect, it } from 'vitest';
import { levelRule, predictionText } from '../../../media/preview/panels/badge';
import { Scene } from '../../../media/preview/canvas/scene';
import { confidenceName } from '../../../media/preview/confidence';
import { listDetections } from '../../../media/preview/panels/detectionList';
import { detection } from './detections';

describe('the list of detections', () => {
  const detections = [
    detection([0, 0, 10, 10], 0.9, 0.5),
    detection([0, 0, 20, 10], 0.8, 0.95),
    detection([0, 0, 30, 10], 0.95, 0.4),
  ];
  const scene = new Scene({ detections, outlines: [] }, 100);
  it('begins with the most doubtful by probability, not by score', () =>
    expect(listDetections(scene, 0, null).map(({ index }) => index)).toEqual([2, 0, 1]));
  it('leaves out what the slider hides', () =>
    expect(listDetections(scene, 0.5, { x: 2, y: 2, source: null })).toEqual([
      { text: 'probability 0.50, 20.0 × 20.0 nm', index: 0 },
      { text: 'probability 0.95, 40.0 × 20.0 nm', index: 1 },
    ]));
  it('uses the score without a calibration', () => {
    const plain = detections.map((d) => ({ ...d, probability: null }));
    const scene = new Scene({ detections: plain, outlines: [] }, 100);
    expect(listDetections(scene, 0.85, null).map(({ index }) => index)).toEqual([0, 2]);
  });
});

it('names what the slider is about', () => {
  expect(confidenceName(null)).toBe('Score');
  expect(confidenceName({ detections: [detection([0, 0, 1, 1], 0.9)] })).toBe('Score');
  expect(confidenceName({ detections: [], candidates: [detection([0, 0, 1, 1], 0.3, 0.1)] })).toBe('Probability');
});

it('describes precision and recall', () =>
  expect(predictionText({ value: 0.91, low: 0.8, high: 0.97, level: 0.9 })).toBe('0.91 (0.80–0.97)'));

describe('the rule of the level', () => {
  const thresholds = { low: 0.5, review: 0.7 };
  const interval = { low: 0.4, high: 0.9, level: 0.9 };
  it.each([
    ['unreliable', 0.3, 'unreliable, because the prediction is below 0.50'],
    ['review', 0.6, 'review, because the prediction is below 0.70'],
    ['review', 0.8, 'review, because the lower end of the interval is below 0.50'],
    ['reliable', 0.9, 'reliable, because the prediction is at least 0.70 and the interval begins above 0.50'],
    ['unknown', 0.9, 'unknown, because the image is outside the applicability domain'],
  ] as const)('%s at %s', (reliability, f1, text) =>
    expect(levelRule({ f1, interval, reliability, thresholds })).toBe(text),
  );
  it('is empty without F1', () =>
    expect(levelRule({ f1: null, interval, reliability: 'unknown', thresholds })).toBe(''));
});
