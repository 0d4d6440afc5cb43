import { describe, expect, it } from 'vitest';
import { publishedFeatures } from '../../../server/src/core/features/published8';
import { createRandom } from '../../../server/src/core/random';
import { chooseTails, crossValidate } from '../../../server/src/core/reliability/crossValidate';
import type { TrainingRow } from '../../../server/src/core/reliability/model';

/** Rows whose F1 follows the first feature, of so many groups. */
function rows(groups: number): TrainingRow[] {
  const random = createRandom(11);
  return Array.from({ length: 60 }, (_, i) => {
    const features = Float64Array.from({ length: 8 }, () => random.uniform());
    const f1 = 0.2 + 0.7 * features[0]!;
    return {
      features,
      names: publishedFeatures.map((f) => f.name),
      f1,
      precision: f1,
      recall: f1,
      detections: 1 + (i % 20),
      group: `group ${i % groups}`,
      imageStatistics: new Float64Array(4),
    };
  });
}

const numbersOf = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(numbersOf)
      : [];

describe('cross-validation', () => {
  it('has no figures of group folds with one group, and no NaN', () => {
    const one = rows(1);
    const { of, ...figures } = crossValidate(one, chooseTails(one, 1), 1, 1);
    expect([figures.groupFolds, figures.byGroup, figures.byCount, of(() => true)]).toEqual([null, [], [], null]);
    expect(figures.randomFiveFold[0]!.r2).toBeGreaterThan(0.5);
    expect(numbersOf(figures).every(Number.isFinite)).toBe(true);
  });

  it('has them with several groups', () => {
    const three = rows(3);
    const { groupFolds, byGroup } = crossValidate(three, chooseTails(three, 1), 1, 1);
    expect([groupFolds!.n, byGroup.length]).toEqual([60, 3]);
    expect(groupFolds!.r2).toBeGreaterThan(0.5);
  });
});
