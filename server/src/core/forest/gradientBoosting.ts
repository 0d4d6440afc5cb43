import type { Tree } from './forest';

/** Additive model of log odds: logit(P) = baseline + Σ tree(x). */
export interface BoostedTrees {
  readonly baseline: number;
  readonly trees: readonly Tree[];
}

/** Names and meaning as in scikit-learn's HistGradientBoostingClassifier. */
export interface BoostingOptions {
  readonly maxIter: number;
  readonly learningRate: number;
  readonly maxLeafNodes: number;
  readonly minSamplesLeaf: number;
  readonly l2Regularization: number;
}

export const boostingDefaults: BoostingOptions = {
  maxIter: 60,
  learningRate: 0.15,
  maxLeafNodes: 15,
  minSamplesLeaf: 30,
  l2Regularization: 5,
};

const binCount = 64;

/** A leaf that may still be split: its rows are `order[from…to)`. */
interface Leaf {
  readonly from: number;
  readonly to: number;
  readonly node: number;
  readonly split: { gain: number; feature: number; bin: number } | null;
}

/** Rows with soft targets and weights. */
export interface WeightedRows {
  /** n × width features, row-major. */
  readonly x: Float32Array;
  readonly width: number;
  /** n targets, probabilities 0–1. */
  readonly y: ArrayLike<number>;
  /** n sample weights. */
  readonly weight: ArrayLike<number>;
}

/** Histogram gradient boosting of the log loss (Friedman 2001; LightGBM's leaf-wise growth). */
export function fitBoostedTrees(
  { x, width, y, weight }: WeightedRows,
  options: BoostingOptions = boostingDefaults,
): BoostedTrees {
  const n = y.length;
  const edges = Array.from({ length: width }, (_, f) => binEdges(x, width, f, n));
  const bins = new Uint8Array(n * width);
  for (let i = 0; i < n; i++) for (let f = 0; f < width; f++) bins[i * width + f] = binOf(edges[f]!, x[i * width + f]!);
  let [positive, total] = [0, 0];
  for (let i = 0; i < n; i++) {
    positive += weight[i]! * y[i]!;
    total += weight[i]!;
  }
  const mean = Math.min(1 - 1e-6, Math.max(1e-6, positive / total));
  const baseline = Math.log(mean / (1 - mean));
  const logit = new Float64Array(n).fill(baseline);
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n);
  const state: BoostingState = { bins, width, edges, gradient, hessian, logit, options };
  const trees: Tree[] = [];
  for (let round = 0; round < options.maxIter; round++) {
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + Math.exp(-logit[i]!));
      gradient[i] = weight[i]! * (p - y[i]!);
      hessian[i] = weight[i]! * Math.max(1e-12, p * (1 - p));
    }
    trees.push(growTree(state));
  }
  return { baseline, trees };
}

/** Upper edges of quantile bins; a value belongs to the first bin whose edge is at least as large. */
function binEdges(x: Float32Array, width: number, f: number, n: number): Float32Array {
  const step = Math.max(1, Math.floor(n / 20_000));
  const values: number[] = [];
  for (let i = 0; i < n; i += step) values.push(x[i * width + f]!);
  values.sort((a, b) => a - b);
  const edges = new Set<number>();
  for (let b = 1; b < binCount; b++) edges.add(values[Math.floor((b * (values.length - 1)) / binCount)]!);
  return Float32Array.from(edges);
}

function binOf(edges: Float32Array, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Arrays of one fit with n rows. */
interface BoostingState {
  /** n × width bin numbers, row-major. */
  readonly bins: Uint8Array;
  readonly width: number;
  /** Upper edges of the bins of each feature. */
  readonly edges: readonly Float32Array[];
  /** First and second derivative of the loss of each row, times its weight. */
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  /** Present prediction of each row. */
  readonly logit: Float64Array;
  readonly options: BoostingOptions;
}

/** Grows one tree leaf by leaf, largest gain first, and adds its values to `logit`. */
function growTree(state: BoostingState): Tree {
  const { bins, width, edges, gradient, hessian, logit, options: o } = state;
  const n = gradient.length;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const [left, right, feature, threshold, value]: number[][] = [[-1], [-1], [-2], [-2], [0]];
  const leafOf = (from: number, to: number, node: number): Leaf => ({
    from,
    to,
    node,
    split: bestSplit(state, order, from, to),
  });
  const leaves: Leaf[] = [leafOf(0, n, 0)];
  while (leaves.length < o.maxLeafNodes) {
    let best = -1;
    leaves.forEach((l, i) => {
      if (l.split && (best < 0 || l.split.gain > leaves[best]!.split!.gain)) best = i;
    });
    if (best < 0) break;
    const { from, to, node, split } = leaves[best]!;
    const { feature: f, bin } = split!;
    const middle = partition(order, from, to, (i) => bins[i * width + f]! <= bin);
    feature![node] = f;
    threshold![node] = edges[f]![bin]!;
    left![node] = value!.length;
    right![node] = value!.length + 1;
    for (const list of [left!, right!]) list.push(-1, -1);
    for (const list of [feature!, threshold!]) list.push(-2, -2);
    value!.push(0, 0);
    leaves.splice(best, 1, leafOf(from, middle, left![node]), leafOf(middle, to, right![node]));
  }
  for (const { from, to, node } of leaves) {
    let [g, h] = [0, 0];
    for (let k = from; k < to; k++) {
      g += gradient[order[k]!]!;
      h += hessian[order[k]!]!;
    }
    value![node] = Math.round(((-o.learningRate * g) / (h + o.l2Regularization)) * 1e6) / 1e6;
    for (let k = from; k < to; k++) logit[order[k]!]! += value![node]!;
  }
  return { childrenLeft: left!, childrenRight: right!, feature: feature!, threshold: threshold!, value: value! };
}

/** Stable partition of a range of indices: those that pass come first. @returns the position of the first of the others */
function partition(order: Int32Array, from: number, to: number, passes: (i: number) => boolean): number {
  const failed: number[] = [];
  let at = from;
  for (let k = from; k < to; k++) {
    const i = order[k]!;
    if (passes(i)) order[at++] = i;
    else failed.push(i);
  }
  order.set(failed, at);
  return at;
}

/** The split of the rows `order[from…to)` with the largest gain; null if none is possible. */
function bestSplit(state: BoostingState, order: Int32Array, from: number, to: number): Leaf['split'] {
  const { bins, width, edges, gradient, hessian } = state;
  const { minSamplesLeaf, l2Regularization: l2 } = state.options;
  if (to - from < 2 * minSamplesLeaf) return null;
  const g = new Float64Array(width * binCount);
  const h = new Float64Array(width * binCount);
  const count = new Int32Array(width * binCount);
  let [totalG, totalH] = [0, 0];
  for (let k = from; k < to; k++) {
    const i = order[k]!;
    totalG += gradient[i]!;
    totalH += hessian[i]!;
    for (let f = 0, b = i * width; f < width; f++, b++) {
      const at = f * binCount + bins[b]!;
      g[at]! += gradient[i]!;
      h[at]! += hessian[i]!;
      count[at]!++;
    }
  }
  const score = (sum: number, curvature: number) => (sum * sum) / (curvature + l2);
  let best: Leaf['split'] = null;
  for (let f = 0; f < width; f++) {
    let [lg, lh, ln] = [0, 0, 0];
    for (let bin = 0; bin < edges[f]!.length; bin++) {
      const at = f * binCount + bin;
      lg += g[at]!;
      lh += h[at]!;
      ln += count[at]!;
      if (ln < minSamplesLeaf) continue;
      if (to - from - ln < minSamplesLeaf) break;
      const gain = score(lg, lh) + score(totalG - lg, totalH - lh) - score(totalG, totalH);
      if (gain > 1e-9 && (!best || gain > best.gain)) best = { gain, feature: f, bin };
    }
  }
  return best;
}

/** Probability of one row. Rows are float32, as in training. */
export function predictBoosted({ baseline, trees }: BoostedTrees, x: ArrayLike<number>, from = 0): number {
  let logit = baseline;
  for (const tree of trees) {
    let node = 0;
    while (tree.childrenLeft[node]! >= 0)
      node =
        x[from + tree.feature[node]!]! <= tree.threshold[node]! ? tree.childrenLeft[node]! : tree.childrenRight[node]!;
    logit += tree.value[node]!;
  }
  return 1 / (1 + Math.exp(-logit));
}
