import { expect, it } from 'vitest';
import { predictFolds } from '../../../server/src/core/experiment/heldOut';
import type { StudyRow, StudyTable } from '../../../server/src/core/experiment/rows';
import { candidateSets, selection } from '../../../server/src/core/experiment/selection';
import { createStudy } from '../../../server/src/core/experiment/study';
import { validation } from '../../../server/src/core/experiment/validation';
import { candidateFeatures19 } from '../../../server/src/core/features/candidates19';
import { createRandom } from '../../../server/src/core/random';
import { wilson } from '../../../server/src/core/stats/wilson';

const names = candidateFeatures19.map((f) => f.name);

/** Rows of noise, or rows whose F1 follows the mean score. */
function table(rows: number, signal: number): StudyTable {
  const random = createRandom(3);
  const out = Array.from({ length: rows }, (_, i): StudyRow => {
    const values = names.map((n) => (n === 'detectionCount' ? 5 + random.int(40) : random.uniform()));
    const f1 = signal * values[names.indexOf('meanScore')]! + (1 - signal) * random.uniform();
    const targets = { f1, precision: f1, recall: f1, 'swelling-error': null };
    const split = i % 3 ? 'A_A' : 'A_B';
    return { image: `image ${i}`, group: 'all', split, detections: 9, targets, values: Float64Array.from(values) };
  });
  return { features: names, rows: out };
}
const study = (rows: number, signal: number) =>
  createStudy(table(rows, signal), { target: 'f1', seed: 1, repeats: 2 }, async (task) => predictFolds(task));

it('the best of many recipes has an optimistic error where there is nothing to learn; nested cross-validation has not', async () => {
  const found = await selection(study(40, 0));
  expect(found.recipes).toBe(candidateSets(study(40, 0)).length * 19);
  expect(found.nested.recipes).toHaveLength(5);
  expect(found.chosen.metrics.rmse).toBeLessThanOrEqual(found.published.rmse);
  expect(found.nested.metrics.rmse).toBeGreaterThan(found.chosen.metrics.rmse);
}, 60_000);

it('where there is something to learn the nested figure finds it too', async () => {
  const found = await selection(study(60, 0.9));
  expect(found.nested.metrics.r2!).toBeGreaterThan(0.7);
}, 60_000);

it('the figures of the validation are those that a plain count over the held-out predictions gives', async () => {
  const own = study(50, 0.8);
  const { published8 } = await validation(own);
  const heldOut = await own.heldOut(own.sets[0]!, 'random');
  const count = (members: readonly number[]) => {
    const of = (f: (error: number) => number) =>
      heldOut.map((h) => members.reduce((s, i) => s + f(h.value[i]! - own.y[i]!), 0) / members.length);
    const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const truth = members.map((i) => own.y[i]!);
    const variance = mean(truth.map((t) => (t - mean(truth)) ** 2));
    const rmse = mean(of((e) => e * e).map(Math.sqrt));
    const mae = mean(of(Math.abs));
    return { rmse, mae, r2: 1 - mean(of((e) => e * e)) / variance, nrmse: rmse / Math.sqrt(variance), nmae: mae / mean(truth) }; // prettier-ignore
  };
  const all = own.rows.map((_, i) => i);
  const parts = [
    [published8!.random, all],
    [published8!.randomSplits['A_B']!, all.filter((i) => own.rows[i]!.split === 'A_B')],
  ] as const;
  for (const [m, members] of parts) {
    expect(m.rows).toBe(members.length);
    for (const [key, value] of Object.entries(count(members)))
      expect(Math.abs(m[key as 'rmse'] - value)).toBeLessThan(1e-10);
  }
}, 60_000);

it('the interval of a fraction has a width at 0 and 1, and the values of Wilson', () => {
  expect(wilson(1, 18)[0]).toBeCloseTo(0.8241, 4);
  expect(wilson(1, 18)[1]).toBe(1);
  const [low, high] = wilson(0.5, 10);
  expect([low, high].map((v) => v.toFixed(4))).toEqual(['0.2366', '0.7634']);
});
