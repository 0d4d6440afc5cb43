import { describe, expect, it } from 'vitest';
import { describePointer, detectionAt } from '../../../media/preview/pointer';
import type { EstimateViewDto } from '../../../server/src/protocol/types';

const estimate = {
  detections: [
    { box: [0, 0, 100, 100], score: 0.9, category: 'cavity', segmentation: null },
    { box: [40, 40, 60, 50], score: 0.6, category: 'cavity', segmentation: null },
  ],
} as unknown as EstimateViewDto;

describe('the detection under the pointer', () => {
  it.each([
    ['the smaller of two', 50, 45, 0, 1],
    ['the larger where the score slider hides the smaller', 50, 45, 0.7, 0],
    ['none beside them', 150, 45, 0, -1],
  ])('is %s', (_, x, y, minScore, index) => expect(detectionAt(estimate, x, y, minScore)).toBe(index));

  it('is told with its size in pixels and nanometres', () => {
    expect(describePointer(estimate, 1, 50.7, 45.2, 0.5)).toBe('x 50, y 45 · cavity 0.60, 20 × 10 px, 10.0 × 5.00 nm');
    expect(describePointer(estimate, -1, 3, 4, 0.5)).toBe('x 3, y 4');
    expect(describePointer(null, -1, 3, 4, null)).toBe('x 3, y 4');
  });
});
