import type { Forest, Tree } from './forest';

/** One feature on the path from the root, with the shares of paths that flow through (Lundberg et al. 2018). */
interface Path {
  readonly feature: Int32Array;
  readonly zero: Float64Array;
  readonly one: Float64Array;
  readonly weight: Float64Array;
}

/** Weighted mean of the leaves under each node, by the samples that reached them. */
export function expectedValue(tree: Tree): number {
  const cover = covers(tree);
  let sum = 0;
  for (let i = 0; i < cover.length; i++) if (tree.childrenLeft[i]! < 0) sum += cover[i]! * tree.value[i]!;
  return sum / cover[0]!;
}

function covers(tree: Tree): ArrayLike<number> {
  if (!tree.weightedNodeSamples) throw new RangeError('The forest does not tell how many samples reached its nodes.');
  return tree.weightedNodeSamples;
}

/**
 * Exact SHAP values of a forest, path dependent: conditional expectations follow the training samples down the trees
 * (Lundberg, Erion, Lee 2018, algorithm 2; shap.TreeExplainer with feature_perturbation="tree_path_dependent").
 * @param x one row, features as the forest was fitted on
 * @returns contributions that with the base value sum to the prediction
 * @throws RangeError for a forest without sample counts
 */
export function treeShap(
  forest: Forest,
  x: ArrayLike<number>,
  featureCount: number,
): { baseValue: number; contributions: Float64Array } {
  const contributions = new Float64Array(featureCount);
  let baseValue = 0;
  const row = Float64Array.from({ length: featureCount }, (_, i) => Math.fround(x[i]!));
  for (const tree of forest.trees) {
    baseValue += expectedValue(tree);
    explainTree(tree, row, contributions);
  }
  const n = forest.trees.length;
  return { baseValue: baseValue / n, contributions: contributions.map((v) => v / n) };
}

function createPath(length: number): Path {
  return {
    feature: new Int32Array(length).fill(-1),
    zero: new Float64Array(length),
    one: new Float64Array(length),
    weight: new Float64Array(length),
  };
}

function depthOf(tree: Tree): number {
  const depth = new Int32Array(tree.value.length);
  let deepest = 0;
  // Children stand behind their parents.
  for (let i = 0; i < depth.length; i++)
    for (const child of [tree.childrenLeft[i]!, tree.childrenRight[i]!])
      if (child >= 0) deepest = Math.max(deepest, (depth[child] = depth[i]! + 1));
  return deepest;
}

function explainTree(tree: Tree, x: Float64Array, out: Float64Array): void {
  const cover = covers(tree);
  const deepest = depthOf(tree);
  // A path a depth: a branch works on its own copy.
  const paths = Array.from({ length: deepest + 2 }, () => createPath(deepest + 2));

  const visit = (node: number, depth: number, length: number, zero: number, one: number, feature: number): void => {
    const path = paths[depth]!;
    if (depth > 0) copyPath(paths[depth - 1]!, path, length);
    extend(path, length, zero, one, feature);
    let unique = length + 1;
    const left = tree.childrenLeft[node]!;
    if (left < 0) {
      for (let i = 1; i < unique; i++)
        out[path.feature[i]!]! += unwoundSum(path, unique, i) * (path.one[i]! - path.zero[i]!) * tree.value[node]!;
      return;
    }
    const split = tree.feature[node]!;
    const right = tree.childrenRight[node]!;
    const hot = x[split]! <= tree.threshold[node]! ? left : right;
    const cold = hot === left ? right : left;
    let [incomingZero, incomingOne] = [1, 1];
    for (let i = 1; i < unique; i++)
      if (path.feature[i] === split) {
        incomingZero = path.zero[i]!;
        incomingOne = path.one[i]!;
        unwind(path, unique, i);
        unique--;
        break;
      }
    visit(hot, depth + 1, unique, (incomingZero * cover[hot]!) / cover[node]!, incomingOne, split);
    visit(cold, depth + 1, unique, (incomingZero * cover[cold]!) / cover[node]!, 0, split);
  };
  visit(0, 0, 0, 1, 1, -1);
}

function copyPath(from: Path, to: Path, length: number): void {
  for (let i = 0; i < length; i++) {
    to.feature[i] = from.feature[i]!;
    to.zero[i] = from.zero[i]!;
    to.one[i] = from.one[i]!;
    to.weight[i] = from.weight[i]!;
  }
}

function extend(p: Path, length: number, zero: number, one: number, feature: number): void {
  p.feature[length] = feature;
  p.zero[length] = zero;
  p.one[length] = one;
  p.weight[length] = length === 0 ? 1 : 0;
  for (let i = length - 1; i >= 0; i--) {
    p.weight[i + 1]! += (one * p.weight[i]! * (i + 1)) / (length + 1);
    p.weight[i] = (zero * p.weight[i]! * (length - i)) / (length + 1);
  }
}

/** Takes element `index` out of a path of `count` elements. */
function unwind(p: Path, count: number, index: number): void {
  const last = count - 1;
  const one = p.one[index]!;
  const zero = p.zero[index]!;
  let next = p.weight[last]!;
  for (let i = last - 1; i >= 0; i--)
    if (one !== 0) {
      const kept = p.weight[i]!;
      p.weight[i] = (next * count) / ((i + 1) * one);
      next = kept - (p.weight[i]! * zero * (last - i)) / count;
    } else p.weight[i] = (p.weight[i]! * count) / (zero * (last - i));
  for (let i = index; i < last; i++) {
    p.feature[i] = p.feature[i + 1]!;
    p.zero[i] = p.zero[i + 1]!;
    p.one[i] = p.one[i + 1]!;
  }
}

/** Sum of the weights after taking element `index` out. */
function unwoundSum(p: Path, count: number, index: number): number {
  const last = count - 1;
  const one = p.one[index]!;
  const zero = p.zero[index]!;
  let next = p.weight[last]!;
  let total = 0;
  for (let i = last - 1; i >= 0; i--)
    if (one !== 0) {
      const weight = (next * count) / ((i + 1) * one);
      total += weight;
      next = p.weight[i]! - (weight * zero * (last - i)) / count;
    } else total += (p.weight[i]! * count) / (zero * (last - i));
  return total;
}
