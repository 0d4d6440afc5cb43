import type { Random } from '../random';
import { predictTree, type Forest, type Tree } from './forest';

export interface ForestOptions {
  readonly nEstimators: number;
  /** Features tried at each split. */
  readonly maxFeatures: number;
  readonly minSamplesLeaf: number;
}

export interface TrainedForest {
  readonly forest: Forest;
  /** Mean prediction of the trees that did not see the row; NaN for a row every tree saw. */
  readonly oobPredictions: Float64Array;
}

/**
 * RandomForestRegressor.fit: bootstrap samples, squared-error splits over random feature subsets, grown to the leaves.
 * @param rows n × features, y n targets; the same random stream gives the same forest.
 */
export function trainForest(
  rows: readonly Float64Array[],
  y: ArrayLike<number>,
  options: ForestOptions,
  random: Random,
): TrainedForest {
  const x = rows.map((r) => Float64Array.from(r, Math.fround));
  const n = x.length;
  const sums = new Float64Array(n);
  const votes = new Int32Array(n);
  const trees: Tree[] = [];
  for (let t = 0; t < options.nEstimators; t++) {
    const bag = Int32Array.from({ length: n }, () => random.int(n));
    const tree = growTree(x, y, bag, options, random);
    trees.push(tree);
    const seen = new Set(bag);
    for (let i = 0; i < n; i++)
      if (!seen.has(i)) {
        sums[i]! += predictTree(tree, x[i]!);
        votes[i]!++;
      }
  }
  return { forest: { trees }, oobPredictions: sums.map((s, i) => (votes[i] ? s / votes[i]! : NaN)) };
}

function growTree(
  x: readonly Float64Array[],
  y: ArrayLike<number>,
  bag: Int32Array,
  options: ForestOptions,
  random: Random,
): Tree {
  const tree = {
    childrenLeft: [] as number[],
    childrenRight: [] as number[],
    feature: [] as number[],
    threshold: [] as number[],
    value: [] as number[],
    weightedNodeSamples: [] as number[],
  };
  const leaves = new Map<number, Int32Array>();
  const grow = (members: Int32Array): number => {
    const node = tree.value.length;
    tree.childrenLeft.push(-1);
    tree.childrenRight.push(-1);
    tree.feature.push(-2);
    tree.threshold.push(-2);
    tree.weightedNodeSamples.push(members.length);
    tree.value.push(members.reduce((total, i) => total + y[i]!, 0) / members.length);
    const split = bestSplit(x, y, members, options, random);
    if (!split) {
      leaves.set(node, members);
      return node;
    }
    tree.feature[node] = split.feature;
    tree.threshold[node] = split.threshold;
    tree.childrenLeft[node] = grow(members.filter((i) => x[i]![split.feature]! <= split.threshold));
    tree.childrenRight[node] = grow(members.filter((i) => x[i]![split.feature]! > split.threshold));
    return node;
  };
  grow(bag);
  const leafRows = [...leaves.keys()].sort((a, b) => a - b).flatMap((node) => [...leaves.get(node)!]);
  return { ...tree, leafRows };
}

/**
 * The split with the largest drop of squared error among `maxFeatures` random features. As in scikit-learn
 * (tree/_splitter.pyx, node_split_best) constant features count as tried, but the search goes on until one varies.
 */
function bestSplit(
  x: readonly Float64Array[],
  y: ArrayLike<number>,
  members: Int32Array,
  options: ForestOptions,
  random: Random,
) {
  const n = members.length;
  if (n < 2 * options.minSamplesLeaf) return undefined;
  const features = x[0]!.length;
  const order = Array.from({ length: features }, (_, i) => i);
  let best: { feature: number; threshold: number; gain: number } | undefined;
  const total = members.reduce((s, i) => s + y[i]!, 0);
  const base = (total * total) / n;
  for (let k = 0, varying = 0; k < features && (k < options.maxFeatures || varying === 0); k++) {
    const swap = k + random.int(features - k);
    [order[k], order[swap]] = [order[swap]!, order[k]!];
    const f = order[k]!;
    const sorted = members.slice().sort((a, b) => x[a]![f]! - x[b]![f]!);
    if (x[sorted[0]!]![f] === x[sorted[n - 1]!]![f]) continue;
    varying++;
    let left = 0;
    for (let i = 0; i < n - 1; i++) {
      left += y[sorted[i]!]!;
      const here = x[sorted[i]!]![f]!;
      const next = x[sorted[i + 1]!]![f]!;
      if (here === next || i + 1 < options.minSamplesLeaf || n - i - 1 < options.minSamplesLeaf) continue;
      const right = total - left;
      const gain = (left * left) / (i + 1) + (right * right) / (n - i - 1) - base;
      if (gain > 1e-12 && (!best || gain > best.gain)) {
        const middle = here / 2 + next / 2;
        best = { feature: f, threshold: middle < next ? middle : here, gain };
      }
    }
  }
  return best;
}
