import { describe, expect, it } from 'vitest';
import type { DetectorDescription } from '../../../server/src/core/detection/description';
import { selectCandidates } from '../../../server/src/core/detection/postprocess';
import { mergeProposals, moveBoxes, type ViewFrame } from '../../../server/src/core/detection/testTimeAugmentation';

const plain: ViewFrame = { width: 100, height: 80, flip: false };
const mirror: ViewFrame = { width: 50, height: 40, flip: true };
const description = {
  categories: ['cavity'],
  rpn: { nmsThreshold: 0.7, postNmsTopk: 10 },
  box: {
    bboxRegWeights: [10, 10, 5, 5],
    scoreThreshold: 0.5,
    candidateThreshold: 0.2,
    nmsThreshold: 0.5,
    detectionsPerImage: 10,
    classAgnostic: false,
  },
} as unknown as DetectorDescription;

describe('views of an image', () => {
  it('have their boxes mirrored and scaled, and back', () => {
    const boxes = Float32Array.of(10, 20, 30, 60, 0, 0, 100, 80);
    const moved = moveBoxes(boxes, plain, mirror);
    expect([...moved]).toEqual([35, 10, 45, 30, 0, 0, 50, 40]);
    expect([...moveBoxes(moved, mirror, plain)]).toEqual([...boxes]);
  });

  it('have common proposals: of one found in both, only the better remains', () => {
    const found = mergeProposals(
      [
        { frame: plain, proposals: { boxes: Float32Array.of(10, 20, 30, 60), logits: Float32Array.of(1) } },
        {
          frame: mirror,
          proposals: { boxes: Float32Array.of(35, 10, 45, 30.5, 5, 5, 15, 15), logits: Float32Array.of(2, 0) },
        },
      ],
      description.rpn,
    );
    expect([...found]).toEqual([10, 20, 30, 61, 70, 10, 90, 30]);
  });

  it('have their scores and boxes averaged; candidates below the threshold are kept', () => {
    const proposals = Float32Array.of(10, 20, 30, 60, 60, 10, 80, 30, 0, 0, 9, 9);
    const still = new Float32Array(12);
    const shifted = Float32Array.from(still);
    shifted[0] = 1; // a tenth of the width to the right in the mirrored view: to the left in the plain one
    const found = selectCandidates(
      [
        { frame: plain, proposals, scores: Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.1, 0.9), deltas: still },
        {
          frame: mirror,
          proposals: moveBoxes(proposals, plain, mirror),
          scores: Float32Array.of(0.7, 0.3, 0.2, 0.8, 0.1, 0.9),
          deltas: shifted,
        },
      ],
      description,
    );
    expect(found.scores).toHaveLength(2);
    expect(found.scores[0]).toBeCloseTo(0.8, 6);
    [9, 20, 29, 60].forEach((v, i) => expect(found.boxes[i]).toBeCloseTo(v, 4));
    expect(found.scores[1]).toBeCloseTo(0.4, 6);
    // The lowest view, the views' difference, their agreement, nothing suppressed.
    [0.7, 0.2].forEach((v, i) => expect(found.evidence[i]).toBeCloseTo(v, 6));
    expect(found.evidence[2]).toBeGreaterThan(0.8);
    expect(found.evidence[2]).toBeLessThan(1);
    expect([...found.evidence.slice(3, 5)]).toEqual([0, 0]);
  });
});
