import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../server/src/core/random';
import { chooseTails, crossValidate } from '../../../server/src/core/reliability/crossValidate';
import { fitScaledForest, scaleRow, targetsOf } from '../../../server/src/core/reliability/fitForest';
import type { TrainingRow } from '../../../server/src/core/reliability/model';
import { rowWeights } from '../../../server/src/core/forest/packedForest';
import { intervalLevel, predictTargets } from '../../../server/src/core/reliability/quantiles';

const names = ['a', 'b', 'c'];
const clamp = (v: number) => Math.min(1, Math.max(0, v));

function row(features: number[], f1: number, group: string, detections = 20): TrainingRow {
  const target = clamp(f1);
  return {
    features: Float64Array.from(features),
    names,
    f1: target,
    precision: target,
    recall: target,
    detections,
    group,
    imageStatistics: new Float64Array(4),
  };
}

describe('folds of whole groups', () => {
  it('use no row of a group for the forest that predicts it', () => {
    // The features are the group's name in numbers; F1 is a constant of the group that no other group reveals.
    const random = createRandom(3);
    const rows = Array.from({ length: 12 }, (_, g) => {
      const f1 = g % 2 ? 0.1 + 0.02 * g : 0.9 - 0.02 * g;
      const place = random.uniform();
      return Array.from({ length: 15 }, () => row([place, 2 * place, -place], f1, `group ${g}`));
    }).flat();
    const { randomFiveFold, groupFolds } = crossValidate(rows, chooseTails(rows, 1), 1, 1);
    // With rows of its own group in training, the forest knows the answer; without them it cannot.
    expect(randomFiveFold[0]!.mae).toBeLessThan(0.02);
    expect(groupFolds!.mae).toBeGreaterThan(0.25);
  });

  it('are absent with one group', () => {
    const random = createRandom(4);
    const rows = Array.from({ length: 40 }, () => row([random.uniform(), 0, 0], random.uniform(), 'one'));
    expect(crossValidate(rows, chooseTails(rows, 1), 1, 1).groupFolds).toBeNull();
  });
});

describe('intervals', () => {
  /** F1 follows the first feature, with noise that grows along the second. */
  const draw = (random: Random, n: number) =>
    Array.from({ length: n }, (_, i) => {
      const [x, noise] = [random.uniform(), random.uniform()];
      const e = random.uniform() + random.uniform() - 1;
      return row([x, noise, random.uniform()], 0.3 + 0.4 * x + 0.5 * noise * e, `group ${i % 10}`, 1 + random.int(30));
    });

  it('contain at least nine tenths of fresh rows, and are not wide without reason', () => {
    const random = createRandom(11);
    const rows = draw(random, 400);
    const { scaler, forest } = fitScaledForest(rows, 1);
    const quantile = { targets: targetsOf(rows), tails: chooseTails(rows, 1) };
    const fresh = draw(random, 1000);
    const predicted = fresh.map((r) => {
      const weights = rowWeights(forest, scaleRow(scaler, r.features), rows.length);
      return predictTargets(quantile, weights, r.detections).f1;
    });
    const covered = predicted.filter((p, i) => fresh[i]!.f1 >= p.low && fresh[i]!.f1 <= p.high).length / fresh.length;
    // Three standard errors of 1000 rows, and of the 400 on which the tails were chosen.
    expect(covered).toBeGreaterThan(intervalLevel - 0.055);
    expect(covered).toBeLessThan(0.985);
    const width = predicted.reduce((s, p) => s + p.high - p.low, 0) / predicted.length;
    expect(width).toBeLessThan(0.6);
    for (const p of predicted) expect(p.low <= p.value && p.value <= p.high).toBe(true);
  });

  it('are wider where the noise is', () => {
    const random = createRandom(12);
    const rows = draw(random, 400);
    const { scaler, forest } = fitScaledForest(rows, 1);
    const quantile = { targets: targetsOf(rows), tails: chooseTails(rows, 1) };
    const width = (noise: number) => {
      const { low, high } = predictTargets(
        quantile,
        rowWeights(forest, scaleRow(scaler, [0.5, noise, 0.5]), rows.length),
        20,
      ).f1;
      return high - low;
    };
    expect(width(0.95)).toBeGreaterThan(1.5 * width(0.05));
  });
});
