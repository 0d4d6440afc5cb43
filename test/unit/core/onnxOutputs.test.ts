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

  const yolo = (columns: number[][]) => {
    const n = columns.length;
    const rows = columns[0]!.map((_, r) => columns.map((c) => c[r]!));
    const outputs = { yolo: { data: Float32Array.from(rows.flat()), dims: [1, rows.length, n] } };
    const d: OnnxDescription = { ...description, categories: ['a', 'b'], layout: 'yolo', outputs: { yolo: 'yolo' } };
    return decodeOutputs(outputs, d, frame, { width: 100, height: 80 });
  };

  it('have the class with the best score, in columns of a YOLO head', () => {
    const found = yolo([
      [50, 40, 10, 20, 0.3, 0.9],
      [20, 20, 10, 10, 0.8, 0.1],
      [20, 60, 10, 10, 0, 0],
    ]);
    expect([...found.classIds]).toEqual([1, 0]);
    expect([...found.boxes]).toEqual([45, 30, 55, 50, 15, 15, 25, 25]);
  });

  it.each([
    ['a score that is not a number, first', [NaN, 0.5], 'the score NaN'],
    ['a score that is not a number, last', [0.5, NaN], 'the score NaN'],
    ['negative logits', [-5.5, -7], 'the score -5.5'],
  ])('are refused in columns of a YOLO head: %s', (_, scores, sentence) => {
    expect(() => yolo([[50, 40, 10, 20, ...scores]])).toThrow(sentence);
  });
});
