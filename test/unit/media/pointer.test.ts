import { describe, expect, it } from 'vitest';
import { Scene } from '../../../media/preview/canvas/scene';
import { describeDetection, describePlace } from '../../../media/preview/describe';
import { detection } from './detections';

const large = detection([0, 0, 100, 100], 0.9);
const small = detection([40, 40, 60, 50], 0.6);
const candidate = detection([200, 0, 210, 20], 0.3);
const inside = detection([48, 43, 52, 47], 0.3);
const scene = new Scene({ detections: [large, small], candidates: [candidate, inside], outlines: [] }, 300);

describe('the detection under the pointer', () => {
  it.each([
    ['the smaller of two', [50, 45], { minimum: 0, candidates: false }, small],
    ['the larger where the slider hides the smaller', [50, 45], { minimum: 0.7, candidates: false }, large],
    ['none beside them', [150, 45], { minimum: 0, candidates: true }, null],
    ['none where candidates are hidden', [205, 5], { minimum: 0, candidates: false }, null],
    ['a candidate where they are shown', [205, 5], { minimum: 0, candidates: true }, candidate],
    ['none where the slider hides the candidate', [205, 5], { minimum: 0.5, candidates: true }, null],
    ['a detection rather than a smaller candidate', [50, 45], { minimum: 0, candidates: true }, small],
  ] as const)('is %s', (_, [x, y], shown, expected) => expect(scene.at(x, y, shown)).toBe(expected));

  it('uses the probability if there is one', () => {
    const doubtful = new Scene({ detections: [detection([0, 0, 10, 10], 0.9, 0.2)], outlines: [] }, 20);
    expect(doubtful.at(5, 5, { minimum: 0.5, candidates: false })).toBeNull();
  });

  it('is the same among thousands as in a search of all', () => {
    const many = Array.from({ length: 5000 }, (_, i) => {
      const [x, y, s] = [(i * 37) % 4000, (i * 91) % 4000, 5 + (i % 30)];
      return detection([x, y, x + s, y + s], 0.5 + (i % 50) / 100);
    });
    const fast = new Scene({ detections: many, outlines: [] }, 4096);
    for (let k = 0; k < 200; k++) {
      const [x, y] = [(k * 173) % 4000, (k * 59) % 4000];
      const area = ({ box: b }: (typeof many)[0]) => (b[2] - b[0]) * (b[3] - b[1]);
      const expected = many
        .filter(({ box: b }) => x >= b[0] && x < b[2] && y >= b[1] && y < b[3])
        .sort((a, b) => area(a) - area(b))[0];
      const found = fast.at(x, y, { minimum: 0, candidates: false });
      expect(found && area(found)).toBe(expected ? area(expected) : null);
    }
  });
});

describe('words under the pointer', () => {
  it('contain the confidence and the size of a detection', () => {
    expect(describeDetection(small, { x: 0.5, y: 0.5 })).toBe('score 0.60, 20 × 10 px, 10.0 × 5.00 nm');
    expect(describeDetection(small, { x: 0.5, y: 2 })).toBe('score 0.60, 20 × 10 px, 10.0 × 20.0 nm');
    expect(describeDetection(detection([0, 0, 12, 13], 0.88, 0.93), null)).toBe(
      'probability 0.93 (score 0.88), 12 × 13 px',
    );
  });
  it('say place and grey value, and mark a mean of several pixels', () => {
    const value = { value: 5312, exact: true };
    expect(describePlace({ x: 412.7, y: 96.2, value, nmPerPixel: { x: 0.351, y: 0.5 } })).toEqual([
      'x 412, y 96',
      '144.9, 48.1 nm',
      'value 5312',
    ]);
    expect(describePlace({ x: 1, y: 2, value: { value: 0.123456, exact: false }, nmPerPixel: null })).toEqual([
      'x 1, y 2',
      'value ≈ 0.12346',
    ]);
  });
});
