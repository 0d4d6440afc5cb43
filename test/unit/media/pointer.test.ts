import { describe, expect, it } from 'vitest';
import { describeDetection, describePointer, detectionAt } from '../../../media/preview/pointer';
import { detection } from './detections';

const large = detection([0, 0, 100, 100], 0.9);
const small = detection([40, 40, 60, 50], 0.6);
const candidate = detection([200, 0, 210, 20], 0.3);
const inside = detection([48, 43, 52, 47], 0.3);
const estimate = { detections: [large, small], candidates: [candidate, inside] };

describe('the detection under the pointer', () => {
  it.each([
    ['the smaller of two', 50, 45, 0, false, small],
    ['the larger where the slider hides the smaller', 50, 45, 0.7, false, large],
    ['none beside them', 150, 45, 0, true, null],
    ['none where candidates are hidden', 205, 5, 0, false, null],
    ['a candidate where they are shown', 205, 5, 0, true, candidate],
    ['none where the slider hides the candidate', 205, 5, 0.5, true, null],
    ['a detection rather than a smaller candidate', 50, 45, 0, true, small],
  ])('is %s', (_, x, y, minimum, candidates, expected) =>
    expect(detectionAt(estimate, x, y, { minimum, candidates })).toBe(expected),
  );

  it('goes by the probability where there is one', () => {
    const doubtful = { detections: [detection([0, 0, 10, 10], 0.9, 0.2)] };
    expect(detectionAt(doubtful, 5, 5, { minimum: 0.5, candidates: false })).toBeNull();
  });

  it('is told with its size in pixels and nanometres', () => {
    expect(describePointer(estimate, small, 50.7, 45.2, 0.5)).toBe(
      'x 50, y 45 · cavity: score 0.60, 20 × 10 px, 10.0 × 5.00 nm',
    );
    expect(describePointer(estimate, candidate, 205, 5, null)).toBe(
      'x 205, y 5 · cavity candidate, not accepted: score 0.30, 10 × 20 px',
    );
    expect(describePointer(estimate, null, 3, 4, 0.5)).toBe('x 3, y 4');
    expect(describePointer(null, null, 3, 4, null)).toBe('x 3, y 4');
  });

  it('is told with its probability where there is one', () =>
    expect(describeDetection(detection([0, 0, 12, 13], 0.88, 0.93), null)).toBe(
      'probability 0.93 (score 0.88), 12 × 13 px',
    ));
});
