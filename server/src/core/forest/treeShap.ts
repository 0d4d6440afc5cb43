import type { Forest, Tree } from './forest';

/** Weighted mean of the leaves under each node, by the samples that reached them. */
export function expectedValue(tree: Tree): number {
  const cover = covers(tree);
  let sum = 0;
  for (let i = 0; i < cover.length; i++) if (tree.childrenLeft[i]! < 0) sum += cover[i]! * tree.value[i]!;
  return sum / cover[0]!;
}

function covers(tree: Tree): ArrayLike<number> {
  if (!tree.weightedNodeSamples)
    throw new RangeError('The forest does not contain how many samples reached its nodes.');
  return tree.weightedNodeSamples;
}

export interface Explanation {
  readonly baseValue: number;
  /** One per feature; with the base value they sum to the prediction. */
  readonly contributions: Float64Array;
}

/**
 * Exact SHAP values of a forest, path dependent: conditional expectations follow the training samples down the trees
 * (Lundberg, Erion, Lee 2018, algorithm 2; shap.TreeExplainer with feature_perturbation="tree_path_dependent").
 * @param x one row, features as the forest was fitted on
 * @throws RangeError for a forest without sample counts
 */
export const treeShap = (forest: Forest, x: ArrayLike<number>, featureCount: number): Explanation =>
  createExplainer(forest, featureCount)(x);

/** The same for many rows: trees are prepared once. */
export function createExplainer(forest: Forest, featureCount: number): (x: ArrayLike<number>) => Explanation {
  const n = forest.trees.length;
  const baseValue = forest.trees.reduce((s, t) => s + expectedValue(t), 0) / n;
  const explainers = forest.trees.map(treeExplainer);
  return (x) => {
    const contributions = new Float64Array(featureCount);
    const row = Float64Array.from({ length: featureCount }, (_, i) => Math.fround(x[i]!));
    for (const explain of explainers) explain(row, contributions);
    return { baseValue, contributions: contributions.map((v) => v / n) };
  };
}

function depthOf(tree: Tree): number {
  const depth = new Int32Array(tree.value.length);
  let deepest = 0;
  // Children come after their parents.
  for (let i = 0; i < depth.length; i++)
    for (const child of [tree.childrenLeft[i]!, tree.childrenRight[i]!])
      if (child >= 0) deepest = Math.max(deepest, (depth[child] = depth[i]! + 1));
  return deepest;
}

/**
 * A path from the root has one element per feature on it, with the fraction of training samples that follow it where the
 * feature is unknown (`zero`), and whether x itself follows it (`hot`). `weight[k]` is the summed weight of the feature
 * subsets with k known elements; only subsets of hot elements count, so that only the first `hots` + 1 are not zero. All
 * elements that x does not follow have the same unwound sum, which is computed once per leaf (Yang 2021, Fast TreeSHAP).
 */
function treeExplainer(tree: Tree): (x: Float64Array, out: Float64Array) => void {
  const cover = Float64Array.from(covers(tree));
  const left = Int32Array.from(tree.childrenLeft);
  const right = Int32Array.from(tree.childrenRight);
  const splitFeature = Int32Array.from(tree.feature);
  const threshold = Float64Array.from(tree.threshold);
  const value = Float64Array.from(tree.value);
  // Each depth works on its own copy of the path.
  const stride = depthOf(tree) + 2;
  const feature = new Int32Array(stride * stride);
  const hot = new Uint8Array(stride * stride);
  const zero = new Float64Array(stride * stride);
  const weight = new Float64Array(stride * stride);
  let x = new Float64Array(0);
  let out = new Float64Array(0);

  /** Adds an element to the path of `length` elements; returns the number of hot ones. */
  function extend(at: number, length: number, hots: number, fraction: number, isHot: number): number {
    zero[at + length] = fraction;
    hot[at + length] = isHot;
    if (length === 0) {
      weight[at] = 1;
      return 0;
    }
    if (isHot === 0) {
      for (let i = 0; i <= hots; i++) weight[at + i]! *= (fraction * (length - i)) / (length + 1);
      return hots;
    }
    weight[at + hots + 1] = 0;
    for (let i = hots; i >= 0; i--) {
      const w = weight[at + i]! / (length + 1);
      weight[at + i + 1]! += w * (i + 1);
      weight[at + i] = fraction * w * (length - i);
    }
    return hots + 1;
  }

  /** Removes element `index` of a path of `count` elements; returns the number of hot ones. */
  function unwind(at: number, count: number, index: number, hots: number): number {
    const last = count - 1;
    const fraction = zero[at + index]!;
    const wasHot = hot[at + index]!;
    if (wasHot === 0) for (let i = 0; i <= hots; i++) weight[at + i]! *= count / (fraction * (last - i));
    else {
      let next = weight[at + hots]!;
      for (let i = hots - 1; i >= 0; i--) {
        const kept = weight[at + i]!;
        const w = (next * count) / (i + 1);
        weight[at + i] = w;
        next = kept - (w * fraction * (last - i)) / count;
      }
    }
    for (let i = at + index; i < at + last; i++) {
      feature[i] = feature[i + 1]!;
      zero[i] = zero[i + 1]!;
      hot[i] = hot[i + 1]!;
    }
    return hots - wasHot;
  }

  function leaf(at: number, count: number, hots: number, leafValue: number): void {
    const last = count - 1;
    let cold = 0;
    if (hots < last) {
      for (let i = 0; i <= hots; i++) cold += weight[at + i]! / (last - i);
      cold *= count * leafValue;
    }
    for (let k = 1; k < count; k++) {
      if (hot[at + k] === 0) {
        out[feature[at + k]!]! -= cold;
        continue;
      }
      const fraction = zero[at + k]!;
      let next = weight[at + hots]!;
      let total = 0;
      for (let i = hots - 1; i >= 0; i--) {
        const w = next / (i + 1);
        total += w;
        next = weight[at + i]! - w * fraction * (last - i);
      }
      out[feature[at + k]!]! += total * count * (1 - fraction) * leafValue;
    }
  }

  function visit(node: number, at: number, length: number, hots: number, fraction: number, isHot: number, f: number) {
    if (at > 0) {
      const from = at - stride;
      for (let i = 0; i < length; i++) {
        feature[at + i] = feature[from + i]!;
        zero[at + i] = zero[from + i]!;
        hot[at + i] = hot[from + i]!;
      }
      for (let i = 0; i <= hots; i++) weight[at + i] = weight[from + i]!;
    }
    feature[at + length] = f;
    hots = extend(at, length, hots, fraction, isHot);
    length++;
    if (left[node]! < 0) {
      leaf(at, length, hots, value[node]!);
      return;
    }
    const split = splitFeature[node]!;
    const goesLeft = x[split]! <= threshold[node]!;
    const followed = goesLeft ? left[node]! : right[node]!;
    const other = goesLeft ? right[node]! : left[node]!;
    let known = 1;
    let knownHot = 1;
    for (let i = 1; i < length; i++)
      if (feature[at + i] === split) {
        known = zero[at + i]!;
        knownHot = hot[at + i]!;
        hots = unwind(at, length, i, hots);
        length--;
        break;
      }
    visit(followed, at + stride, length, hots, (known * cover[followed]!) / cover[node]!, knownHot, split);
    visit(other, at + stride, length, hots, (known * cover[other]!) / cover[node]!, 0, split);
  }

  return (row, contributions) => {
    x = row as typeof x;
    out = contributions as typeof out;
    visit(0, 0, 0, 0, 1, 1, -1);
  };
}
