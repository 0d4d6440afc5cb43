import { describe, expect, it } from 'vitest';
import type { OnnxDescription } from '../../../server/src/core/detection/onnxDescription';
import { decodeOutputs } from '../../../server/src/core/detection/onnxOutputs';

const description: OnnxDescription = {
  id: 'x',
  name: 'x',
  architecture: 'onnx',
  categories: ['cavity'],
  layout: 'boxes',
  outputs: { boxes: 'boxes', scores: 'scores' },
  masks: null,
  labelOffset: 0,
  box: { scoreThreshold: 0.25, nmsThreshold: null, detectionsPerImage: 100 },
  input: {
    name: 'image',
    rank: 4,
    format: 'RGB',
    scale: 1,
    pixelMean: [0, 0, 0],
    pixelStd: [1, 1, 1],
    resize: { mode: 'none', sizeDivisibility: 1 },
  },
};
const frame = { width: 100, height: 80, left: 0, top: 0, scaleX: 1, scaleY: 1 };
const decode = (boxes: number[], scores: number[]) =>
  decodeOutputs(
    {
      boxes: { data: Float32Array.from(boxes), dims: [scores.length, 4] },
      scores: { data: Float32Array.from(scores), dims: [scores.length] },
    },
    description,
    frame,
    { width: 100, height: 80 },
  );

describe('outputs of a foreign graph', () => {
  it('are decoded where they are as described, also with a score rounded above 1', () => {
    expect([...decode([10, 20, 30, 40], [1.001]).boxes]).toEqual([10, 20, 30, 40]);
    expect(decode([], []).scores).toHaveLength(0);
    // A small box in the corner beside another one.
    expect(decode([0, 0, 1, 1, 10, 20, 30, 40], [0.9, 0.8]).scores).toHaveLength(2);
  });

  it.each([
    ['logits', [10, 20, 30, 40], [7.9], 'returns the score 7.9'],
    ['scores that are not numbers', [10, 20, 30, 40], [NaN], 'returns the score NaN'],
    ['normalised coordinates', [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.7, 0.9], [0.9, 0.8], 'normalised coordinates'],
    ['boxes that are not numbers', [10, 20, Infinity, 40], [0.9], 'not numbers'],
  ])('are refused: %s', (_, boxes, scores, sentence) => {
    expect(() => decode(boxes, scores)).toThrow(sentence);
  });
});
