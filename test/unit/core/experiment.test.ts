import { describe, expect, it } from 'vitest';
import { confusion, decisions, precisionRecallCurve } from '../../../server/src/core/experiment/classification';
import { allCandidates, best, published8 } from '../../../server/src/core/experiment/featureSets';
import { groupedFolds, isRandomSplit, randomFolds, splitFolds } from '../../../server/src/core/experiment/folds';
import { featureRows, predictFolds } from '../../../server/src/core/experiment/heldOut';
import { fitKernelRidge, mostKernelRows } from '../../../server/src/core/experiment/kernelRidge';
import { parityBins } from '../../../server/src/core/experiment/parity';
import { bestCount, featureCount, ranking } from '../../../server/src/core/experiment/ranking';
import { riskCoverage } from '../../../server/src/core/experiment/riskCoverage';
import type { StudyRow, StudyTable } from '../../../server/src/core/experiment/rows';
import { createStudy } from '../../../server/src/core/experiment/study';
import { studyMetrics } from '../../../server/src/core/experiment/studyMetrics';
import { validation } from '../../../server/src/core/experiment/validation';
import { candidateFeatures19, scoreHistogram } from '../../../server/src/core/features/candidates19';
import { createRandom } from '../../../server/src/core/random';

const names = candidateFeatures19.map((f) => f.name);

/** Rows whose F1 follows the mean score, with noise; two rows per image, three splits. */
function table(rows: number, seed = 1): StudyTable {
  const random = createRandom(seed);
  const out = Array.from({ length: rows }, (_, i): StudyRow => {
    const count = 5 + random.int(40);
    const score = random.uniform(0.3, 1);
    const values = names.map(
      (n) =>
      n === 'detectionCount' ? count : n === 'meanScore' ? score : n === 'count09' ? Math.round(count * score ** 2) : random.uniform(), // prettier-ignore
    );
    const f1 = Math.min(1, Math.max(0, score + random.normal(0, 0.05)));
    const targets = { f1, precision: f1, recall: f1, 'swelling-error': null };
    const split = ['A_A', 'A_B', 'B_A'][i % 3]!;
    return {
      image: `image ${i >> 1}`,
      group: 'all',
      split,
      detections: count,
      targets,
      values: Float64Array.from(values),
    };
  });
  return { features: names, rows: out };
}
const here = async (task: Parameters<typeof predictFolds>[0]) => predictFolds(task);

describe('folds', () => {
  it('are random, nearly equal, and repeat themselves for a seed', () => {
    const folds = randomFolds(23, 5, 7);
    expect([0, 1, 2, 3, 4].map((f) => folds.filter((v) => v === f).length).sort()).toEqual([4, 4, 5, 5, 5]);
    expect(randomFolds(23, 5, 7)).toEqual(folds);
    expect(randomFolds(23, 5, 8)).not.toEqual(folds);
  });
  it('keep groups together', () => {
    const groups = Array.from({ length: 60 }, (_, i) => `g${i % 13}`);
    const folds = groupedFolds(groups, 5, 3);
    for (const g of new Set(groups))
      expect(new Set(groups.flatMap((h, i) => (h === g ? [folds[i]] : []))).size).toBe(1);
    expect(new Set(folds).size).toBe(5);
    expect(new Set(groupedFolds(['a', 'b', 'a'], 5, 1)).size).toBe(2);
  });
  it('leave one split out, where there are several', () => {
    const { rows } = table(6);
    expect([...splitFolds(rows)!]).toEqual([0, 1, 2, 0, 1, 2]);
    expect(splitFolds(rows.filter((r) => r.split === 'A_A'))).toBeNull();
  });
  it.each([
    ['A_A', true],
    ['A&B_A&B', true],
    ['A: over_over', true],
    ['A: over_under', false],
    ['A&B_C', false],
    ['something', null],
  ])('split %s: random %s', (name, random) => expect(isRandomSplit(name)).toBe(random));
});

describe('metrics', () => {
  it('follow the definitions of the paper', () => {
    const truth = [0, 0.5, 1, 0.5];
    const m = studyMetrics({ truth, predictions: [[0.1, 0.5, 0.8, 0.6]], groups: ['a', 'b', 'c', 'd'] });
    expect(m.rmse).toBeCloseTo(Math.sqrt(0.06 / 4), 12);
    expect(m.mae).toBeCloseTo(0.1, 12);
    expect(m.r2).toBeCloseTo(1 - 0.06 / 0.5, 12);
    expect(m.nrmse).toBeCloseTo(Math.sqrt(0.06 / 4) / Math.sqrt(0.125), 12);
    expect(m.nmae).toBeCloseTo(0.1 / 0.5, 12);
    expect(m.ci.mae![0]).toBeLessThanOrEqual(0.1);
    expect(m.ci.mae![1]).toBeGreaterThanOrEqual(0.1);
  });
  it('average repetitions, and have no R² where the truth does not vary', () => {
    const groups = ['a', 'b'];
    expect(studyMetrics({ truth: [0, 1], predictions: [[0, 1], [0.2, 0.8]], groups }).rmse).toBeCloseTo(0.1, 12); // prettier-ignore
    expect(studyMetrics({ truth: [1, 1], predictions: [[0, 1]], groups })).toMatchObject({
      r2: null,
      nrmse: null,
      nmae: 0.5,
    });
    expect(studyMetrics({ truth: [0, 1], predictions: [[0, 1]], groups: ['a', 'a'] }).ci.mae).toBeNull();
  });
  it('have wider intervals where rows of one image repeat each other', () => {
    const random = createRandom(2);
    const truth = Array.from({ length: 200 }, () => random.uniform());
    const errors = Array.from({ length: 20 }, () => random.normal(0, 0.1));
    const predictions = [truth.map((t, i) => t + errors[i % 20]!)];
    const width = (groups: string[]) => {
      const [low, high] = studyMetrics({ truth, predictions, groups }).ci.mae!;
      return high - low;
    };
    expect(width(truth.map((_, i) => String(i % 20)))).toBeGreaterThan(2 * width(truth.map((_, i) => String(i))));
  });
});

describe('decisions', () => {
  const truth = [0.2, 0.9, 0.6, 0.4, 0.55, 0.1, 0.8];
  const predicted = [0.3, 0.8, 0.4, 0.5, 0.6, 0.1, 0.7];
  it('count right and wrong calls', () => {
    expect(confusion(truth, predicted, 0.5)).toEqual({ threshold: 0.5, truePositive: 3, falsePositive: 0, falseNegative: 1, trueNegative: 3 }); // prettier-ignore
    const half = decisions(truth, predicted).find((d) => d.threshold === 0.5)!;
    expect(half).toMatchObject({ f1: 6 / 7, accuracy: 6 / 7, baselineAccuracy: 4 / 7, baselineF1: 8 / 11 });
  });
  it("have scikit-learn's average precision", () => {
    const { averagePrecision, noSkill, points } = precisionRecallCurve(truth, predicted, 0.5);
    expect(averagePrecision).toBeCloseTo(0.95, 12);
    expect(noSkill).toBeCloseTo(4 / 7, 12);
    expect(points.at(-1)).toMatchObject({ recall: 1, precision: 4 / 7 });
  });
  it('call images with equal predictions together', () => {
    expect(precisionRecallCurve([1, 0], [0.5, 0.5], 0.5).points).toEqual([
      { threshold: 0.5, precision: 0.5, recall: 1 },
    ]);
  });
});

describe('risk and coverage', () => {
  it('is the mean of the running means', () => {
    const { points, area } = riskCoverage([0, 0.5, 1], [3, 2, 1]);
    expect(points.map((p) => p.risk)).toEqual([0, 0.25, 0.5]);
    expect(area).toBeCloseTo(0.25, 12);
  });
  it('does not depend on the order of images of equal confidence', () => {
    expect(riskCoverage([0, 1], [1, 1]).area).toBeCloseTo(riskCoverage([1, 0], [1, 1]).area, 12);
    expect(riskCoverage([0, 1], [1, 1]).area).toBeCloseTo(0.5, 12);
  });
});

describe('kernel ridge regression', () => {
  const x = [[0, 0], [1, 0], [0, 1], [1, 2], [2, 1.5]]; // prettier-ignore
  it('predicts as scikit-learn', () => {
    const predict = fitKernelRidge(x, [0.1, 0.4, 0.3, 0.9, 0.7], { alpha: 0.1, gamma: 0.25 });
    expect(predict([0.5, 0.5])).toBeCloseTo(0.3260618046075039, 9);
    expect(predict([3, 3])).toBeCloseTo(0.5911103451971161, 9);
  });
  it('uses rows at equal distances where they are too many to solve', () => {
    const count = 2.5 * mostKernelRows;
    const rows = Array.from({ length: count }, (_, i) => [i / count]);
    const targets = rows.map(([v]) => 3 * v! ** 2);
    const half = Array.from({ length: mostKernelRows }, (_, i) => Math.floor(2.5 * i));
    const options = { alpha: 0.1, gamma: 1 };
    const predict = fitKernelRidge(rows, targets, options);
    const same = fitKernelRidge(half.map((i) => rows[i]!), half.map((i) => targets[i]!), options); // prettier-ignore
    for (const v of [0.1, 0.5, 0.9]) {
      expect(predict([v])).toBe(same([v]));
      expect(predict([v])).toBeCloseTo(3 * v ** 2, 1);
    }
  });
  it('refuses a kernel that cannot be solved', () => {
    expect(() => fitKernelRidge([[1], [1]], [0, 1], { alpha: 0, gamma: 1 })).toThrow('not positive definite');
  });
});

describe('feature sets', () => {
  const t = table(20);
  it('have the values of the published features', () => {
    const row = featureRows(t, t.rows, published8)[0]!;
    const value = (name: string) => t.rows[0]!.values[names.indexOf(name)]!;
    expect(row[0]).toBeCloseTo(value('count09') / value('detectionCount'), 12);
    expect(row[1]).toBe(value('detectionCount'));
    expect(row[4]).toBe(value('meanScore'));
  });
  it('take the fraction of scores of 0.9 or more where the table has it', () => {
    const own = { features: published8.features, rows: t.rows.map((r) => ({ ...r, values: Float64Array.from(published8.features.keys()) })) }; // prettier-ignore
    expect(featureRows(own, own.rows, published8)[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(featureRows(own, own.rows, best)[0]![0]).toBe(0);
  });
  it('name every value', () => {
    for (const set of [published8, allCandidates(t), best])
      expect(featureRows(t, t.rows, set)[0]).toHaveLength(set.features.length);
  });
  it('say which column is missing', () => {
    const without = { ...t, features: t.features.map((f) => (f === 'areaRatio' ? 'other' : f)) };
    expect(() => featureRows(without, t.rows, published8)).toThrow('no column areaRatio, which published8 needs');
  });
  it('count scores by the edges of the paper, whose third is 0.30000000000000004', () => {
    expect(scoreHistogram([0.05, 0.1, 0.3, 0.9, 1])).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 2]);
  });
});

describe('a study', () => {
  const study = createStudy(table(60), { target: 'f1', seed: 1, repeats: 2 }, here);
  it('predicts held-out rows only from the others', () => {
    // A forest that had seen a row of pure noise would remember it.
    const random = createRandom(9);
    const x = Array.from({ length: 60 }, () => [random.uniform()]);
    const y = x.map(() => random.uniform());
    const { value } = predictFolds({ x, y, folds: randomFolds(60, 5, 1), options: published8.options, seed: 1 });
    expect(studyMetrics({ truth: y, predictions: [value], groups: y.map(String) }).r2!).toBeLessThan(0.3);
  });
  it('finds the relation in every scheme, and the feature that carries it', async () => {
    const v = await validation(study);
    expect(Object.keys(v)).toEqual(['published8', 'all19', 'best']);
    for (const set of Object.values(v)) {
      for (const m of [set.random, set.byImage!, set.bySplit!]) expect(m.r2!).toBeGreaterThan(0.8);
      expect(Object.keys(set.splits)).toEqual(['A_A', 'A_B', 'B_A']);
      expect(set.averages.random!.splits).toBe(1);
      expect(set.averages.grouped!.splits).toBe(2);
    }
    const { features } = ranking(study, study.sets[1]!);
    expect(['meanScore', 'count09']).toContain(features[0]!.name);
    const counts = await featureCount(study, features.slice(0, 6).map((f) => f.name), 1); // prettier-ignore
    expect(counts.map((c) => c.count)).toEqual([5, 6]);
    expect([5, 6]).toContain(bestCount(counts));
  }, 60_000);
  it('needs ten rows', () => {
    expect(() => createStudy(table(9), { target: 'f1', seed: 1, repeats: 1 }, here)).toThrow('needs at least 10');
    expect(() => createStudy(table(20), { target: 'swelling-error', seed: 1, repeats: 1 }, here)).toThrow('0 rows');
  });
});

it('parity bins contain the mean of the true and the predicted values', () => {
  const point = (truth: number, predicted: number) => ({ image: '', split: '', detections: 1, truth, predicted });
  expect(parityBins([point(0.05, 0.2), point(1, 0.8)])).toEqual([
    { low: 0, high: 0.1, rows: 1, meanTruth: 0.05, meanPredicted: 0.2 },
    { low: 0.9, high: 1, rows: 1, meanTruth: 1, meanPredicted: 0.8 },
  ]);
});
