import { describe, expect, it } from 'vitest';
import { predictRows, type Tree } from '../../../server/src/core/forest/forest';
import { predictForest } from '../../../server/src/core/forest/packedForest';
import { trainForest } from '../../../server/src/core/forest/trainForest';
import { explainRows, treeShap } from '../../../server/src/core/forest/treeShap';
import { createRandom } from '../../../server/src/core/random';
import { gaussLegendre } from '../../../server/src/core/stats/gaussLegendre';

/** Expectation of a tree where only some features are known: the others follow the training samples. */
function expectation(tree: Tree, x: readonly number[], known: (feature: number) => boolean, node = 0): number {
  const [left, right] = [tree.childrenLeft[node]!, tree.childrenRight[node]!];
  if (left < 0) return tree.value[node]!;
  const cover = tree.weightedNodeSamples!;
  const of = (child: number) => expectation(tree, x, known, child);
  if (known(tree.feature[node]!))
    return of(Math.fround(x[tree.feature[node]!]!) <= tree.threshold[node]! ? left : right);
  return (cover[left]! * of(left) + cover[right]! * of(right)) / cover[node]!;
}

/** Shapley values by their definition: the mean over all orders in which features become known. */
function shapleyByDefinition(trees: readonly Tree[], x: readonly number[], width: number): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return Array.from({ length: width }, (_, f) => {
    let total = 0;
    for (let subset = 0; subset < 1 << width; subset++) {
      if (subset & (1 << f)) continue;
      const size = subset.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(width - size - 1)) / factorial(width);
      for (const tree of trees) {
        const value = (set: number) => expectation(tree, x, (g) => (set & (1 << g)) > 0);
        total += (weight * (value(subset | (1 << f)) - value(subset))) / trees.length;
      }
    }
    return total;
  });
}

describe('SHAP values', () => {
  const random = createRandom(4);
  const x = Array.from({ length: 80 }, () => Array.from({ length: 5 }, () => random.normal()));
  const y = x.map((r) => Math.sin(2 * r[0]!) + r[1]! * r[2]! + 0.2 * random.normal());

  it.each(['best', 'random'] as const)('are those of the definition, splitter %s', (splitter) => {
    const forest = trainForest(x, y, { nEstimators: 3, maxFeatures: 2, minSamplesLeaf: 2, splitter }, createRandom(2));
    const found = explainRows(forest, x.slice(0, 5), 5);
    found.forEach(({ contributions, baseValue }, i) => {
      const expected = shapleyByDefinition(forest.trees, x[i]!, 5);
      contributions.forEach((v, f) => expect(Math.abs(v - expected[f]!)).toBeLessThan(1e-12));
      const sum = contributions.reduce((a, b) => a + b, baseValue);
      expect(Math.abs(sum - predictForest(forest, x[i]!))).toBeLessThan(1e-12);
      expect(treeShap(forest, x[i]!, 5)).toEqual({ contributions, baseValue });
    });
  });
  it('are right for trees whose nodes are not in preorder, and for a tree that is one leaf', () => {
    // Breadth first: root 0, its children 1 and 2, then 3 and 4 under 1.
    const tree: Tree = {
      childrenLeft: [1, 3, -1, -1, -1],
      childrenRight: [2, 4, -1, -1, -1],
      feature: [0, 1, -2, -2, -2],
      threshold: [0.5, 0.5, -2, -2, -2],
      value: [0, 0, 5, 1, 2],
      weightedNodeSamples: [10, 6, 4, 2, 4],
    };
    const expected = shapleyByDefinition([tree], [0, 1], 2);
    treeShap({ trees: [tree] }, [0, 1], 2).contributions.forEach((v, f) => expect(v).toBeCloseTo(expected[f]!, 12));
    const leaf: Tree = { childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2], value: [3], weightedNodeSamples: [7] }; // prettier-ignore
    expect(treeShap({ trees: [leaf] }, [0], 1)).toEqual({ baseValue: 3, contributions: new Float64Array(1) });
  });
  it('need the sample counts', () => {
    const tree: Tree = { childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2], value: [3] };
    expect(() => treeShap({ trees: [tree] }, [0], 1)).toThrow('how many samples');
  });
});

it('many rows are predicted exactly as single rows', () => {
  const random = createRandom(5);
  const x = Array.from({ length: 60 }, () => [random.normal(), random.normal()]);
  const forest = trainForest(x, x.map((r) => r[0]! * r[1]!), { nEstimators: 7, maxFeatures: 'all', minSamplesLeaf: 1 }, random); // prettier-ignore
  expect([...predictRows(forest, x)]).toEqual(x.map((row) => predictForest(forest, row)));
  expect(predictRows(forest, [])).toHaveLength(0);
});

it.each([1, 2, 3, 8, 30, 64])('Gauss-Legendre with %i points integrates powers exactly', (points) => {
  const { nodes, weights } = gaussLegendre(points);
  for (let power = 0; power < 2 * points; power++) {
    const integral = nodes.reduce((sum, t, k) => sum + weights[k]! * t ** power, 0);
    expect(Math.abs(integral - 1 / (power + 1))).toBeLessThan(1e-13);
  }
});
