import { describe, expect, it } from 'vitest';
import {
  candidateFeatureCount,
  candidateFeatureNames,
  candidateFeatures,
} from '../../../server/src/core/calibration/candidateFeatures';
import { fitRankCurve, labelsFromCount, labelsFromTruth } from '../../../server/src/core/calibration/labels';
import { bestExpectedF1 } from '../../../server/src/core/calibration/operatingPoint';
import { calibrationBins, expectedCalibrationError } from '../../../server/src/core/calibration/reliabilityDiagram';
import { confident, instancesOf, plainEvidence, type Candidates } from '../../../server/src/core/detection/candidates';
import { countFigures } from '../../../server/src/core/evaluation/countFigures';
import { fitBoostedTrees, predictBoosted } from '../../../server/src/core/forest/gradientBoosting';
import { createRandom } from '../../../server/src/core/random';

const candidates = (boxes: number[][], scores: number[]): Candidates => ({
  imageSize: { width: 100, height: 80 },
  boxes: Float32Array.from(boxes.flat()),
  scores: Float32Array.from(scores),
  classIds: new Int32Array(scores.length),
  evidence: plainEvidence(scores),
  scoreThreshold: 0.5,
});

describe('candidates', () => {
  const c = candidates([[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]], [0.9, 0.6, 0.2]); // prettier-ignore
  it('above the threshold of the model are its detections', () =>
    expect([...confident(c).scores].map((s) => +s.toFixed(2))).toEqual([0.9, 0.6]));
  it('become detections by index, with their probabilities', () => {
    const found = instancesOf(c, [0, 2], Float32Array.of(0.8, 0.5, 0.25));
    expect([...found.boxes.slice(4)]).toEqual([40, 0, 50, 10]);
    expect([...found.probabilities!]).toEqual([Math.fround(0.8), 0.25]);
  });
});

describe('gradient boosting', () => {
  const random = createRandom(3);
  const n = 4000;
  const x = Float32Array.from({ length: 2 * n }, () => random.uniform());
  // True with the probability 0.9 where both features are high, else 0.1.
  const truth = (i: number) => (x[2 * i]! > 0.5 && x[2 * i + 1]! > 0.3 ? 0.9 : 0.1);
  const y = Float32Array.from({ length: n }, (_, i) => (random.chance(truth(i)) ? 1 : 0));
  const rows = { x, width: 2, y, weight: new Float32Array(n).fill(1) };
  const model = fitBoostedTrees(rows);
  it('fits probabilities of a product of features', () => {
    const error = Array.from({ length: n }, (_, i) => Math.abs(predictBoosted(model, x, 2 * i) - truth(i)));
    expect(error.reduce((a, b) => a + b, 0) / n).toBeLessThan(0.05);
  });
  it('gives equal results for equal seeds, and uses the weights of the samples', () => {
    expect(fitBoostedTrees(rows)).toEqual(model);
    const heavy = fitBoostedTrees({ ...rows, weight: Float32Array.from(y, (v) => (v ? 9 : 1)) });
    expect(predictBoosted(heavy, [0.1, 0.1])).toBeGreaterThan(predictBoosted(model, [0.1, 0.1]) + 0.2);
  });
});

describe('the threshold of highest expected F1', () => {
  it('accepts probable candidates and rejects improbable ones', () =>
    expect([...bestExpectedF1([0.9, 0.95, 0.05, 0.1])]).toEqual([0, 1]));
  it('accepts fainter ones where all are faint', () =>
    expect([...bestExpectedF1([0.5, 0.5, 0.5, 0.5])]).toEqual([0, 1, 2, 3]));
  it('accepts nothing if the best candidate is improbable, because errors of one image are correlated', () => {
    expect(bestExpectedF1([0.4, 0.38, 0.3, 0.2, 0.1, 0.1])).toHaveLength(0);
    expect(bestExpectedF1(new Array<number>(300).fill(0.02))).toHaveLength(0);
  });
  it('accepts nothing where the image is probably empty', () => {
    expect(bestExpectedF1([0.2, 0.05])).toHaveLength(0);
    expect(bestExpectedF1([])).toHaveLength(0);
  });
  it('is the best of all prefixes', () => {
    const random = createRandom(8);
    for (let k = 0; k < 50; k++) {
      const p = Array.from({ length: 30 }, () => random.uniform()).sort((a, b) => b - a);
      const total = p.reduce((a, b) => a + b, 0);
      const expected = (n: number) => (2 * p.slice(0, n).reduce((a, b) => a + b, 0)) / (n + total);
      const chosen = bestExpectedF1(p).length;
      for (let n = 1; n <= 30; n++) expect(expected(chosen)).toBeGreaterThanOrEqual(expected(n) - 1e-12);
    }
  });
});

describe('labels of candidates', () => {
  const c = candidates([[0, 0, 10, 10], [1, 0, 11, 10], [60, 60, 70, 70], [30, 30, 40, 40]], [0.9, 0.8, 0.7, 0.6]); // prettier-ignore
  it('give each true box to the best candidate alone, and leave out what is ambiguous', () => {
    const labels = labelsFromTruth(c, { boxes: [[0, 0, 10, 10]], crowd: [[58, 58, 72, 72]] });
    expect([...labels]).toEqual([1, 0, NaN, 0]);
  });
  it('come from counts by the rank over the count', () => {
    const images = Array.from({ length: 20 }, () => ({
      count: 10,
      labels: Float32Array.from({ length: 30 }, (_, i) => (i < 9 ? 1 : i === 12 ? 1 : 0)),
    }));
    const curve = fitRankCurve(images);
    const labels = labelsFromCount(30, 10, curve);
    expect(labels[0]).toBe(1);
    expect(labels[25]).toBe(0);
    for (let i = 1; i < 30; i++) expect(labels[i]).toBeLessThanOrEqual(labels[i - 1]!);
    expect([...labelsFromCount(3, 0, curve)]).toEqual([0, 0, 0]);
  });
});

describe('candidate features', () => {
  it('see the contrast of a bright disc on grain, and none on the grain alone', () => {
    const random = createRandom(2);
    const data = Uint8Array.from({ length: 8000 }, (_, i) => {
      const [dx, dy] = [(i % 100) - 30, Math.floor(i / 100) - 40];
      return Math.round(100 + random.normal(0, 5) + (dx * dx + dy * dy < 64 ? 60 : 0));
    });
    const image = { width: 100, height: 80, channels: 1, bitDepth: 8, data } as const;
    const c = candidates([[21, 31, 39, 49], [65, 30, 83, 48]], [0.8, 0.7]); // prettier-ignore
    const f = candidateFeatures(c, image);
    const value = (i: number, name: (typeof candidateFeatureNames)[number]) =>
      f[i * candidateFeatureCount + candidateFeatureNames.indexOf(name)]!;
    expect(f).toHaveLength(2 * candidateFeatureCount);
    expect(value(0, 'coreContrast')).toBeGreaterThan(5);
    expect(Math.abs(value(1, 'coreContrast'))).toBeLessThan(1);
    expect(value(0, 'score')).toBeCloseTo(0.8, 6);
    expect(value(0, 'above05')).toBeCloseTo(Math.log2(3), 6);
    expect(value(1, 'relativeRank')).toBeCloseTo(1 / 2.5, 5);
  });
});

it('a reliability diagram shows over-confidence', () => {
  const sure = Array.from({ length: 100 }, (_, i) => ({ p: 0.95, label: i < 60 ? 1 : 0 }));
  expect(calibrationBins(sure)).toHaveLength(1);
  expect(expectedCalibrationError(sure)).toBeCloseTo(0.35, 9);
});

it('counts limit F1 and give missed and additional detections', () => {
  const f = countFigures([{ detections: 10, count: 20 }, { detections: 3, count: 1 }, { detections: 0, count: 0 }]); // prettier-ignore
  expect(f.f1Cap.map((v) => +v.toFixed(3))).toEqual([0.667, 0.5, 1]);
  expect(f.foundWhereMany).toBe(0.5);
  expect(f.extraWhereFew).toBe(1);
});
