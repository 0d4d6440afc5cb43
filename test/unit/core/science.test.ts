import { describe, expect, it } from 'vitest';
import { nms } from '../../../server/src/core/detection/nms';
import { plainEvidence, type Candidates } from '../../../server/src/core/detection/candidates';
import type { Box } from '../../../server/src/core/geometry/box';
import { f1Score, matchDetections } from '../../../server/src/core/evaluation/matchDetections';
import { extractFeatures } from '../../../server/src/core/features/imageFeatures';
import { candidateAggregates } from '../../../server/src/core/features/candidateAggregates';
import { publishedFeatures } from '../../../server/src/core/features/published8';
import { predictForest } from '../../../server/src/core/forest/packedForest';
import { oobPredictions } from '../../../server/src/core/forest/outOfBag';
import { trainForest } from '../../../server/src/core/forest/trainForest';
import { createRandom } from '../../../server/src/core/random';
import { assessImage } from '../../../server/src/core/reliability/assess';
import { imageStatistics } from '../../../server/src/core/applicability/imageStatistics';
import { fitReliabilityModel } from '../../../server/src/core/reliability/fitModel';
import type { ReliabilityModel, TrainingRow } from '../../../server/src/core/reliability/model';
import { renderMicrograph } from '../../../server/src/core/synthetic/micrograph';
import { regressionMetrics } from '../../../server/src/core/stats/metrics';

const instances = (boxes: number[], scores: number[]) => ({
  imageSize: { width: 100, height: 100 },
  boxes: Float32Array.from(boxes),
  scores: Float32Array.from(scores),
  classIds: new Int32Array(scores.length),
  evidence: plainEvidence(scores),
  scoreThreshold: 0.5,
});
const everyOne = (c: Candidates) => Array.from(c.scores.keys());
const published = (c: Candidates) => extractFeatures(c, everyOne(c), null);

describe('published features', () => {
  it('follow the paper in definition and order', () => {
    const f = published(instances([0, 0, 10, 10, 0, 0, 20, 20], [1, 0.5]));
    if (f.kind !== 'features') throw new Error('no features');
    const expected = [0.5, 2, 0.05, 300 / 500, 0.75, 0.025, 0.25, 0.015];
    expect(f.names).toEqual(publishedFeatures.map((p) => p.name));
    f.values.forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 9));
  });
  it('are followed by aggregates of the candidates where these are calibrated', () => {
    const found = instances([0, 0, 10, 10, 0, 0, 20, 20, 5, 5, 9, 9], [0.9, 0.8, 0.2]);
    const f = extractFeatures(found, [0, 1], [0.9, 0.7, 0.4]);
    if (f.kind !== 'features') throw new Error('no features');
    expect(f.names.slice(8)).toEqual(candidateAggregates.map((a) => a.name));
    const value = (name: string) => f.values[f.names.indexOf(name)]!;
    expect(value('acceptedFraction10')).toBeCloseTo(2 / 3, 6);
    expect(value('candidatesAbove10')).toBeCloseTo(2, 6);
    expect(value('expectedTrue')).toBeCloseTo(1.6, 6);
    expect(value('expectedFalse')).toBeCloseTo(0.4, 6);
    expect(value('expectedMissed')).toBeCloseTo(0.4, 6);
    expect(value('expectedRecall')).toBeCloseTo(0.8, 6);
    expect(value('expectedF1')).toBeCloseTo(3.2 / 4, 6);
    expect(value('largestRejected')).toBeCloseTo(0.4, 6);
  });
  it('do not exist without detections', () => expect(published(instances([], [])).kind).toBe('no-detections'));
});

describe('true F1', () => {
  const truth: Box[] = [
    [0, 0, 10, 10],
    [20, 0, 30, 10],
  ];
  it.each([
    [
      'both found',
      [
        [0, 0, 10, 10],
        [20, 0, 30, 10],
      ],
      {},
      1,
    ],
    [
      'one found, one false',
      [
        [0, 0, 10, 10],
        [50, 50, 60, 60],
      ],
      {},
      0.5,
    ],
    ['a prediction serves once', [[0, 0, 30, 10]], {}, 2 / 3],
    [
      'a false one in an ambiguous region is ignored',
      [
        [0, 0, 10, 10],
        [20, 0, 30, 10],
        [50, 50, 60, 60],
      ],
      { crowd: [[48, 48, 62, 62]] },
      1,
    ],
    [
      'a false speck is ignored',
      [
        [0, 0, 10, 10],
        [20, 0, 30, 10],
        [50, 50, 52, 52],
      ],
      { minSide: 5 },
      1,
    ],
  ])('%s', (_, predicted, extra, expected) => {
    expect(f1Score(matchDetections(predicted as unknown as Box[], { boxes: truth, ...(extra as object) }))).toBeCloseTo(
      expected,
      12,
    );
  });
  it('is 1 without true objects and without detections', () => expect(f1Score({ tp: 0, fp: 0, fn: 0 })).toBe(1));
});

describe('forest', () => {
  const random = createRandom(3);
  const rows = Array.from({ length: 300 }, () => Float64Array.from({ length: 3 }, () => random.uniform()));
  const y = rows.map((r) => r[0]! * 2 + (r[1]! > 0.5 ? 1 : 0));
  const options = { nEstimators: 40, maxFeatures: 2, minSamplesLeaf: 2 };
  it('predicts out of bag, and gives equal trees for equal seeds', () => {
    const a = trainForest(rows, y, options, createRandom(9));
    expect(regressionMetrics(y, oobPredictions(a, rows)).r2).toBeGreaterThan(0.9);
    expect(trainForest(rows, y, options, createRandom(9))).toEqual(a);
    expect(predictForest(a, [0.9, 0.9, 0.5])).toBeGreaterThan(predictForest(a, [0.1, 0.1, 0.5]) + 1.5);
  });
});

describe('assessImage', () => {
  const random = createRandom(5);
  const picture = (seed: number) => {
    const m = renderMicrograph({ domain: 'underfocus-round', seed, width: 192, height: 192 });
    return { width: 192, height: 192, channels: 1 as const, bitDepth: 8 as const, data: m.data };
  };
  const statistics = Array.from({ length: 30 }, (_, i) => imageStatistics(picture(i)));
  const sample = (quality: number) => {
    const n = 5 + random.int(20);
    return instances(
      Array.from({ length: n }, () => [10, 10, 20 + random.uniform(0, 4), 20]).flat(),
      Array.from({ length: n }, () => Math.min(1, Math.max(0.5, quality + random.normal(0, 0.05)))),
    );
  };
  const rows: TrainingRow[] = Array.from({ length: 200 }, (_, i) => {
    const quality = 0.55 + 0.45 * random.uniform();
    const c = sample(quality);
    const f = published(c);
    if (f.kind !== 'features') throw new Error('no features');
    return {
      features: f.values,
      names: f.names,
      f1: quality * 2 - 1,
      precision: quality,
      recall: quality * 2 - 1,
      detections: c.scores.length,
      group: String(i % 4),
      imageStatistics: statistics[i % 30]!,
    };
  });
  const model = fitReliabilityModel(rows, 'test', 1);
  const thresholds = { low: 0.5, review: 0.7 };
  const assess = (candidates: Candidates, statistic: ArrayLike<number>, forest: ReliabilityModel | null = model) =>
    assessImage({
      candidates,
      accepted: everyOne(candidates),
      probabilities: null,
      imageStatistics: statistic,
      model: forest,
      thresholds,
    });
  it('gives an interval around F1 and a level from both', () => {
    const good = assess(sample(0.97), statistics[0]!);
    const bad = assess(sample(0.58), statistics[0]!);
    expect(good.reliability).toBe('reliable');
    expect(bad.reliability).toBe('unreliable');
    for (const a of [good, bad]) {
      expect(a.interval!.low).toBeLessThanOrEqual(a.f1!);
      expect(a.interval!.high).toBeGreaterThanOrEqual(a.f1!);
      expect(a.reasons.length).toBeGreaterThan(0);
    }
  });
  it('is unknown for blank frames, noise and photographs, also with detections of high probability', () => {
    const noise = { ...picture(0), data: Uint8Array.from({ length: 192 * 192 }, () => random.int(256)) };
    const colour = {
      width: 192,
      height: 192,
      channels: 3 as const,
      bitDepth: 8 as const,
      data: Uint8Array.from({ length: 3 * 192 * 192 }, (_, i) => (i % 3 ? 60 : 200)),
    };
    for (const image of [{ ...picture(0), data: new Uint8Array(192 * 192).fill(90) }, noise, colour])
      expect(assess(sample(0.97), imageStatistics(image)).reliability).toBe('unknown');
  });
  it('is unknown for a gray photograph: smooth sky above rough ground', () => {
    const data = Uint8Array.from(picture(0).data, (v, i) => (i < 192 * 96 ? 150 + Math.floor(i / 192) / 4 : v));
    const { reliability, reasons } = assess(sample(0.97), imageStatistics({ ...picture(0), data }));
    expect(reliability).toBe('unknown');
    expect(reasons[0]).toContain('as photographs have');
  });
  it('is a typed outcome without detections or without a forest', () => {
    const nothing = assess(instances([], []), statistics[0]!);
    expect([nothing.outcome, nothing.f1, nothing.reliability]).toEqual(['no-detections', null, 'unknown']);
    expect(assess(sample(0.9), statistics[0]!, null).outcome).toBe('no-forest');
  });
  it('says so when the forest needs features of a calibration that is not there', () => {
    const wants = fitReliabilityModel(
      rows.map((r) => ({
        ...r,
        features: Float64Array.of(...r.features, r.recall),
        names: [...r.names, 'expectedRecall'],
      })),
      'test',
      1,
    );
    expect(assess(sample(0.97), statistics[0]!, wants)).toMatchObject({
      outcome: 'no-forest',
      f1: null,
      reasons: ['The forest requires the expected recall, but the model has no calibration.'],
    });
  });
  it('explains by SHAP values that sum to F1 when asked, and not otherwise', () => {
    const candidates = sample(0.8);
    const input = {
      candidates,
      accepted: everyOne(candidates),
      probabilities: null,
      imageStatistics: statistics[0]!,
      model,
      thresholds,
    };
    expect(assessImage(input).explanation).toBeNull();
    const { f1, explanation } = assessImage({ ...input, explain: true });
    const sum = Object.values(explanation!.contributions).reduce((a, b) => a + b, explanation!.baseValue);
    expect(sum).toBeCloseTo(f1!, 6);
    expect(Object.keys(explanation!.contributions)).toEqual(publishedFeatures.map((p) => p.name));
  });
  it('reports what the paper’s eight features alone predict, where candidates are calibrated', () => {
    const calibrated = rows.map((r) => ({
      ...r,
      features: Float64Array.of(...r.features, r.recall),
      names: [...r.names, 'expectedRecall'],
    }));
    const both = fitReliabilityModel(calibrated, 'test', 1, { features: [], boosted: { baseline: 0, trees: [] } });
    const candidates = sample(0.97);
    const { publishedF1 } = assessImage({
      candidates,
      accepted: everyOne(candidates),
      probabilities: Array.from(candidates.scores, () => 0.9),
      imageStatistics: statistics[0]!,
      model: both,
      thresholds,
    });
    expect(publishedF1!).toBeCloseTo(assess(candidates, statistics[0]!).f1!, 1);
    expect(assess(candidates, statistics[0]!).publishedF1).toBeNull();
  });
  it('predicts precision and recall beside F1, each inside its interval', () => {
    const { precision, recall } = assess(sample(0.97), statistics[0]!);
    for (const p of [precision!, recall!]) {
      expect(p.low).toBeLessThanOrEqual(p.value);
      expect(p.high).toBeGreaterThanOrEqual(p.value);
    }
    expect(precision!.value).toBeGreaterThan(0.8);
  });
});

describe('nms', () => {
  it('keeps the best of overlapping boxes', () => {
    expect(nms(Float32Array.of(0, 0, 10, 10, 1, 0, 11, 10, 30, 0, 40, 10), Int32Array.of(0, 1, 2), 0.5)).toEqual(
      Int32Array.of(0, 2),
    );
  });
});
