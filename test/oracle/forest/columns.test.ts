import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publishedFeatures } from '../../../server/src/core/features/published8';
import { predictTable } from '../../../server/src/engine/estimate/predictTable';
import { parseTable } from '../../../server/src/engine/files/table';
import { importForest } from '../../../server/src/engine/import/sklearn/importForest';
import { readSklearn } from '../../../server/src/engine/import/sklearn/sklearnForest';
import { readForest } from '../../../server/src/engine/models/forestPackage';

// Tolerance 1e-9 on predictions; columns.py made the fixtures.
const fixtures = path.join('test', 'oracle', 'forest', 'fixtures');
const expected = JSON.parse(fs.readFileSync(path.join(fixtures, 'columns.json'), 'utf8')) as {
  header: string[];
  rows: number[][];
  prediction: Record<string, number[]>;
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-columns-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const out = path.join(folder, 'forest.json');

async function imported(name: string, scaler?: string) {
  const { notices, description } = await importForest({
    forest: path.join(fixtures, `${name}.pkl`),
    scaler: scaler && path.join(fixtures, `${scaler}.pkl`),
    out,
  });
  const read = await readForest(out);
  if (!read.ok) throw new Error(read.reason);
  return { model: read.model, notices: notices.join(' '), description };
}
const predict = (model: Awaited<ReturnType<typeof imported>>['model'], header: readonly string[], rows: number[][]) =>
  predictTable(model, parseTable([header, ...rows].map((r) => r.join(',')).join('\n')), false).rows.map(
    (r) => r.prediction,
  );

describe('forests of named columns', () => {
  it.each(['named-permuted', 'named-authors', 'named-pipeline', 'search-grid', 'search-random'])(
    '%s takes the published features by name',
    async (name) => {
      const { model } = await imported(name);
      expect([...model.features].sort()).toEqual(publishedFeatures.map((f) => f.name).sort());
      expect(model.features[0]).toBe('meanScore');
      const found = predict(model, expected.header, expected.rows);
      expected.prediction[name]!.forEach((p, i) => expect(Math.abs(found[i]! - p)).toBeLessThan(1e-9));
    },
  );

  it('says which estimator a search object gave', async () => {
    expect((await imported('search-grid')).description).toMatch(
      /^GridSearchCV, best_estimator_: RandomForestRegressor/,
    );
  });

  it('keeps other names, for tables only', async () => {
    const { model, notices } = await imported('named-strange');
    expect(model.features[0]).toBe('feature a');
    expect(notices).toContain('it can be used by "predict", not by "estimate"');
    const found = predict(model, model.features, expected.rows);
    expected.prediction['named-strange']!.forEach((p, i) => expect(Math.abs(found[i]! - p)).toBeLessThan(1e-9));
    expect(() => predict(model, expected.header, expected.rows)).toThrow('has no column feature a');
  });

  it('refuses a scaler of the same columns in another order', async () => {
    await expect(imported('named-permuted', 'named-scaler')).rejects.toThrow('they do not belong together');
  });

  it('says that unnamed columns are taken in the published order', async () => {
    expect((await imported('forest.joblib-plain')).notices).toContain('taken for the published features');
  });
});

describe('valid pickles of other objects', () => {
  it('names a search without its best estimator', async () => {
    await expect(imported('search-no-refit')).rejects.toThrow('The GridSearchCV has no best_estimator_');
  });

  it.each([
    ['xgboost.sklearn', 'XGBRegressor'],
    ['lightgbm.sklearn', 'LGBMRegressor'],
    ['pandas.core.frame', 'DataFrame'],
  ])('names an object of %s', async (module, name) => {
    const pickle = Buffer.from(`\x80\x02c${module}\n${name}\n)\x81.`, 'latin1');
    await expect(readSklearn(pickle)).rejects.toThrow(
      `The pickle contains "${module}.${name}" of ${module.split('.')[0]}, which is not supported`,
    );
  });
});
