import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { predictForest } from '../../../server/src/core/forest/packedForest';
import { oobPredictions } from '../../../server/src/core/forest/outOfBag';
import { trainForest, type ForestOptions } from '../../../server/src/core/forest/trainForest';
import { createRandom } from '../../../server/src/core/random';
import { regressionMetrics } from '../../../server/src/core/stats/metrics';

// Tolerances: 1e-9 where no random choice is left; else four standard errors of the difference of the means over seeds.
type MeanAndDeviation = [number, number];
interface Table {
  name: string;
  x: number[][];
  y: number[];
  train: number;
  fixed: Record<string, number[]>;
  random: Record<string, Record<string, MeanAndDeviation>>;
}
const { tables, rootFeatures } = JSON.parse(
  fs.readFileSync(path.join('test', 'oracle', 'forest', 'fixtures', 'regression.json'), 'utf8'),
) as { tables: Table[]; rootFeatures: number[] };

const all = { maxFeatures: 'all', minSamplesLeaf: 1 } as const;
const fixed: Record<string, Omit<ForestOptions, 'nEstimators'>> = {
  leaf: { ...all, minSamplesLeaf: 10 },
  depth: { ...all, minSamplesLeaf: 6, maxDepth: 3 },
  split: { ...all, minSamplesLeaf: 6, minSamplesSplit: 40 },
  decrease: { ...all, minSamplesLeaf: 6, minImpurityDecrease: 0.05 },
};
const random: Record<string, Omit<ForestOptions, 'nEstimators'>> = {
  default: all,
  sqrt: { maxFeatures: 'sqrt', minSamplesLeaf: 3 },
  fraction: { maxFeatures: 0.35, minSamplesLeaf: 1, minSamplesSplit: 8, maxSamples: 0.5 },
  two: { maxFeatures: 2, minSamplesLeaf: 1, maxDepth: 6 },
  extra: { ...all, splitter: 'random' },
  'extra-leaf': { maxFeatures: 0.5, minSamplesLeaf: 2, splitter: 'random' },
  'extra-bootstrap': { maxFeatures: 1, minSamplesLeaf: 1, minSamplesSplit: 4, splitter: 'random', bootstrap: true },
};
const scikitSeeds = 20;
const ourSeeds = 6;

describe.each(tables)('scikit-learn beside us on the table $name', (table) => {
  const [x, y] = [table.x.slice(0, table.train), table.y.slice(0, table.train)];
  const [testX, testY] = [table.x.slice(table.train), table.y.slice(table.train)];

  it.each(Object.entries(table.fixed))('same predictions: %s', (name, expected) => {
    const options = { nEstimators: 1, bootstrap: false, ...fixed[name]! };
    const forest = trainForest(x, y, options, createRandom(1));
    testX.forEach((row, i) => expect(Math.abs(predictForest(forest, row) - expected[i]!)).toBeLessThan(1e-9));
  });

  it.each(Object.entries(table.random))('same metrics: %s', (name, expected) => {
    const got: Record<string, number[]> = {};
    for (let seed = 1; seed <= ourSeeds; seed++) {
      const options = { nEstimators: 60, ...random[name]! };
      const forest = trainForest(x, y, options, createRandom(seed));
      const { rmse, mae, r2 } = regressionMetrics(testY, testX.map((row) => predictForest(forest, row))); // prettier-ignore
      const leaves = forest.trees.reduce((s, t) => s + t.childrenLeft.filter((c) => c < 0).length, 0) / 60;
      const values = { rmse, mae, r2, leaves, oobR2: regressionMetrics(y, oobPredictions(forest, x)).r2 };
      for (const [key, value] of Object.entries(values)) (got[key] ??= []).push(value);
    }
    for (const [key, [mean, deviation]] of Object.entries(expected)) {
      const ours = got[key]!.reduce((a, b) => a + b, 0) / ourSeeds;
      const error = deviation * Math.sqrt(1 / scikitSeeds + 1 / ourSeeds);
      expect(Math.abs(ours - mean), key).toBeLessThan(4 * error + 1e-9);
    }
  });
});

it('constant features use up maxFeatures as in scikit-learn', () => {
  const { x, y } = tables.find((t) => t.name === 'constant')!;
  const options = { nEstimators: 3000, maxFeatures: 3, minSamplesLeaf: 1, maxDepth: 1 };
  const forest = trainForest(x, y, options, createRandom(4));
  const root = new Array<number>(10).fill(0);
  for (const tree of forest.trees) root[tree.feature[0]!]! += 1 / 3000;
  // Standard error of a frequency over 3000 trees: 0.009.
  root.forEach((frequency, f) => expect(Math.abs(frequency - rootFeatures[f]!)).toBeLessThan(0.05));
});
