import { expect, it } from 'vitest';
import { candidateFeatures } from '../../../server/src/core/calibration/candidateFeatures';
import { plainEvidence, type Candidates } from '../../../server/src/core/detection/candidates';
import type { Raster } from '../../../server/src/core/image/raster';
import { accepting } from '../../../server/src/engine/detector/acceptingDetector';
import type { SelectingDetector } from '../../../server/src/engine/detector/detector';

const image: Raster = {
  width: 60,
  height: 60,
  channels: 1,
  bitDepth: 8,
  data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 37) % 251),
};

const scores = Float32Array.of(0.9, 0.6, 0.3);
const candidates: Candidates = {
  imageSize: { width: 60, height: 60 },
  boxes: Float32Array.of(5, 5, 15, 15, 20, 20, 34, 30, 40, 8, 52, 20),
  scores,
  classIds: new Int32Array(3),
  evidence: plainEvidence(scores),
  scoreThreshold: 0.8,
};

/** Computes "masks" for the selected candidates; notes the order of events. */
function network(events: string[]): SelectingDetector {
  return {
    id: 'fake',
    categories: ['cavity'],
    device: { name: 'cpu', notice: null },
    detect: (_image, { select } = {}) => {
      const chosen = Array.from(select!(candidates));
      events.push(`masks of ${chosen.join()}`);
      return Promise.resolve({ ...candidates, masks: [null, null, null] });
    },
    dispose: () => Promise.resolve(),
  };
}

it.each([
  ["the model's own threshold", undefined, '0'],
  ["the user's threshold", 0.5, '0,1'],
])('selects masks by %s, after the candidates and their features are known', async (_, scoreThreshold, masks) => {
  const events: string[] = [];
  const detector = accepting(network(events), { calibration: null, scoreThreshold });
  await detector.detect(image, {
    onCandidates: (found, features) => {
      expect(features).toEqual(candidateFeatures(found, { ...image, bitDepth: 8, data: image.data as Uint8Array }));
      events.push('candidates');
    },
  });
  expect(events).toEqual(['candidates', `masks of ${masks}`]);
});

it('selects masks by the calibrated probabilities', async () => {
  const events: string[] = [];
  // Probability 0.9 for every candidate: accepting all of them gives the highest expected F1.
  const calibration = { features: [], boosted: { baseline: Math.log(9), trees: [] } };
  await accepting(network(events), { calibration }).detect(image);
  expect(events).toEqual(['masks of 0,1,2']);
});
