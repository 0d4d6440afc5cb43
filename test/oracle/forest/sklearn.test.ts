import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { predictForest } from '../../../server/src/core/forest/packedForest';
import { importForest } from '../../../server/src/engine/import/sklearn/importForest';
import { readSklearn } from '../../../server/src/engine/import/sklearn/sklearnForest';
import { parseTable } from '../../../server/src/engine/files/table';
import { readForest } from '../../../server/src/engine/models/forestPackage';
import { predictTable } from '../../../server/src/engine/estimate/predictTable';

// Tolerances: predictions 1e-9, SHAP values 1e-6, their sum 1e-9.
const fixtures = path.join('test', 'oracle', 'forest', 'fixtures');
const golden = path.join('..', 'shared', 'golden', 'sklearn');
const out = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-')), 'forest.json');

interface Expected {
  prediction: number[];
  contributions: number[][];
  baseValue: number;
}

async function check(forest: string, scaler: string | undefined, rows: number[][], expected: Expected): Promise<void> {
  await importForest({ forest, scaler, out });
  const read = await readForest(out);
  if (!read.ok) throw new Error(read.reason);
  const answers = predictTable(read.model, parseTable(rows.map((r) => r.join(',')).join('\n')), true).rows;
  expect(answers).toHaveLength(rows.length);
  answers.forEach((a, i) => {
    expect(Math.abs(a.prediction - expected.prediction[i]!)).toBeLessThan(1e-9);
    expect(Math.abs(a.baseValue! + a.contributions!.reduce((s, v) => s + v, 0) - a.prediction)).toBeLessThan(1e-9);
    expect(Math.abs(a.baseValue! - expected.baseValue)).toBeLessThan(1e-9);
    expected.contributions[i]?.forEach((v, c) => expect(Math.abs(a.contributions![c]! - v)).toBeLessThan(1e-6));
  });
}

describe('scikit-learn files', () => {
  const expected = JSON.parse(fs.readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<
    string,
    Expected
  > & { rows: number[][] };
  const files = fs
    .readdirSync(fixtures)
    .filter((f) => /^(forest|extra|missing|pipeline)\.(?!joblib-(bz2|lzma|xz))/.test(f));

  it.each(files)('%s predicts and explains as in Python', async (file) => {
    const name = file.split('.')[0]!;
    const scaler = name === 'pipeline' ? undefined : path.join(fixtures, 'scaler.pkl');
    await check(path.join(fixtures, file), scaler, expected.rows, expected[name]!);
  });

  it('names an unknown estimator', async () => {
    await expect(readSklearn(fs.readFileSync(path.join(fixtures, 'other.joblib-zlib.pkl')))).rejects.toThrow(
      'contains a GradientBoostingRegressor, which is not supported',
    );
  });

  it('refuses a file cut anywhere, in words', async () => {
    const bytes = fs.readFileSync(path.join(fixtures, 'extra.protocol5.pkl'));
    for (let i = 1; i <= 20; i++)
      await expect(readSklearn(bytes.subarray(0, Math.floor((bytes.length * i) / 21)))).rejects.toThrow(/pickle/i);
  });

  it.each(['bz2', 'lzma', 'xz'])('names %s, which it does not read', async (name) => {
    const bytes = fs.readFileSync(path.join(fixtures, `forest.joblib-${name}.pkl`));
    await expect(readSklearn(bytes)).rejects.toThrow(
      `The pickle is compressed by ${name}, which is not read here: save it with joblib’s compress=3.`,
    );
  });

  it('names LZ4, which it does not read', async () => {
    await expect(readSklearn(Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 1, 2, 3))).rejects.toThrow('compressed by LZ4');
  });

  it('refuses a scaler of other features', async () => {
    const forest = path.join(fixtures, 'forest.joblib-plain.pkl');
    await expect(importForest({ forest, scaler: forest, out })).rejects.toThrow('is not a scaler but a');
  });
});

describe.skipIf(!fs.existsSync(golden))('golden files of ../shared', () => {
  it.each(['joblib-plain', 'joblib-zlib', 'pickle-proto5'])('%s', async (name) => {
    const e = JSON.parse(fs.readFileSync(path.join(golden, name, 'expected.json'), 'utf8')) as {
      X: number[][];
      prediction: number[];
      shap: number[][];
      base_value: number;
    };
    await check(path.join(golden, name, 'forest.pkl'), path.join(golden, name, 'scaler.pkl'), e.X, {
      prediction: e.prediction,
      contributions: e.shap,
      baseValue: e.base_value,
    });
  });

  it.each([
    ['os-system.pkl', '"posix.system"'],
    ['truncated.pkl', 'cut short'],
    ['not-a-pickle.pkl', 'not a pickle'],
  ])('refuses %s', async (file, sentence) => {
    await expect(readSklearn(fs.readFileSync(path.join(golden, 'hostile', file)))).rejects.toThrow(sentence);
  });

  it('reads the published scaler', async () => {
    const facts = path.join('..', 'shared', 'facts');
    const { scaler } = await readSklearn(fs.readFileSync(path.join(facts, 'authors-StandardScaler.pkl')));
    const e = JSON.parse(fs.readFileSync(path.join(facts, 'authors-StandardScaler.json'), 'utf8')) as Record<
      string,
      number[]
    >;
    const find = (part: string) => Object.entries(e).find(([k, v]) => k.startsWith(part) && Array.isArray(v))![1];
    expect(scaler!.mean).toEqual(find('mean'));
    expect(scaler!.scale).toEqual(find('scale'));
  });
});

it('gives a root-only forest its value', () => {
  const tree = { childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2], value: [0.4] };
  expect(predictForest({ trees: [tree] }, [1])).toBe(0.4);
});
