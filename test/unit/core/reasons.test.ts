import { expect, it } from 'vitest';
import { plainEvidence } from '../../../server/src/core/detection/candidates';
import { imageReasons } from '../../../server/src/core/reliability/reasons';

/** A number of candidates with their common probability. */
type Group = readonly [count: number, probability: number];

/** Reasons for accepted and rejected candidates of 10 px in a frame of 512 px. */
function reasons(accepted: Group, rejected: Group, expected: { precision: number; recall: number }) {
  const [n, p] = accepted;
  const total = n + rejected[0];
  const side = 10;
  const scores = Array.from({ length: total }, (_, i) => 0.9 - i / (2 * total));
  const around = (value: number) => ({ value, low: value - 0.1, high: value + 0.1, level: 0.9 });
  return imageReasons({
    candidates: {
      imageSize: { width: 512, height: 512 },
      boxes: Float32Array.from(scores.flatMap((_, i) => [20 * i, 0, 20 * i + side, side])),
      scores: Float32Array.from(scores),
      classIds: new Int32Array(total),
      evidence: plainEvidence(scores),
      scoreThreshold: 0.5,
    },
    accepted: Array.from({ length: n }, (_, i) => i),
    probabilities: scores.map((_, i) => (i < n ? p : rejected[1])),
    precision: around(expected.precision),
    recall: around(expected.recall),
  });
}

it('says that small cavities are missed, how many candidates there are and what to do', () =>
  expect(reasons([30, 0.9], [40, 0.4], { precision: 0.9, recall: 0.42 })[0]).toBe(
    'About 40 faint candidates were not accepted: many small cavities are probably missed (recall about 0.4). Look at the candidates, focus further under, or lower the threshold.',
  ));

it('says that detections are false, and which to check', () =>
  expect(reasons([10, 0.6], [0, 0], { precision: 0.6, recall: 0.9 })[0]).toBe(
    'About 4 of the 10 detections are probably false (precision about 0.6): check the least probable ones first.',
  ));

it('warns of few detections, and names the weightier fault first', () => {
  const found = reasons([2, 0.5], [0, 0], { precision: 0.5, recall: 0.9 });
  expect(found[0]).toContain('probably false');
  expect(found[1]).toContain('Only 2 detections');
});

it('has no warning about certain detections', () => {
  expect(reasons([12, 0.97], [2, 0.05], { precision: 0.97, recall: 0.95 })).toEqual([
    'All 12 detections have a probability above 0.8, and hardly any cavity is expected among the rejected candidates.',
  ]);
  expect(reasons([12, 0.97], [10, 0.1], { precision: 0.97, recall: 0.9 })[0]).toContain('about 1 cavity is expected');
});
