import { packForest, packedLeaf } from './packedForest';

/** Regression trees as flat arrays with scikit-learn's names; a leaf has childrenLeft −1. */
export interface Tree {
  readonly childrenLeft: readonly number[];
  readonly childrenRight: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly value: readonly number[];
  /** Weighted number of training samples that reached each node; what TreeSHAP needs. */
  readonly weightedNodeSamples?: readonly number[] | undefined;
  /**
   * Training rows of each leaf, leaf after leaf in the order of their nodes, repeated as often as the bootstrap sample holds
   * them; what a quantile forest needs. Leaf sizes are weightedNodeSamples.
   */
  readonly leafRows?: readonly number[] | undefined;
}

export interface Forest {
  readonly trees: readonly Tree[];
}

/** Prediction of one tree; scikit-learn casts features to float32 before comparing with float64 thresholds. */
export function predictTree(tree: Tree, x: ArrayLike<number>): number {
  let node = 0;
  while (tree.childrenLeft[node]! >= 0)
    node =
      Math.fround(x[tree.feature[node]!]!) <= tree.threshold[node]!
        ? tree.childrenLeft[node]!
        : tree.childrenRight[node]!;
  return tree.value[node]!;
}

/** Mean over the trees (RandomForestRegressor.predict). */
export function predictForest(forest: Forest, x: ArrayLike<number>): number {
  const packed = packForest(forest);
  let total = 0;
  for (const root of packed.roots) total += packed.numbers[3 * packedLeaf(packed, root, x)]!;
  return total / packed.roots.length;
}

/**
 * The same for many rows: tree after tree, so that a tree stays in the processor's cache.
 * @param rows features as the forest was fitted on
 */
export function predictRows(forest: Forest, rows: readonly ArrayLike<number>[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const x = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let f = 0; f < width; f++) x[i * width + f] = Math.fround(row[f]!);
  });
  const out = new Float64Array(rows.length);
  for (const tree of forest.trees) addPredictions(tree, x, width, out);
  for (let i = 0; i < out.length; i++) out[i]! /= forest.trees.length;
  return out;
}

function addPredictions(tree: Tree, x: Float64Array, width: number, out: Float64Array): void {
  const left = new Int32Array(tree.childrenLeft);
  const right = new Int32Array(tree.childrenRight);
  const feature = new Int32Array(tree.feature);
  const threshold = new Float64Array(tree.threshold);
  for (let i = 0, row = 0; i < out.length; i++, row += width) {
    let node = 0;
    for (let next = left[0]!; next >= 0; next = left[node]!)
      node = x[row + feature[node]!]! <= threshold[node]! ? next : right[node]!;
    out[i]! += tree.value[node]!;
  }
}

/**
 * How much each training row says about x: weights that sum to 1 (quantile regression forests, Meinshausen 2006).
 * @throws RangeError for a forest without leafRows
 */
export function rowWeights(forest: Forest, x: ArrayLike<number>, rows: number): Float64Array {
  const packed = packForest(forest);
  if (!packed.rows) throw new RangeError('The forest does not keep its training rows.');
  const out = new Float64Array(rows);
  for (const root of packed.roots) {
    const leaf = 6 * packedLeaf(packed, root, x);
    const from = packed.integers[leaf + 3]!;
    const size = packed.integers[leaf + 4]!;
    for (let k = from; k < from + size; k++) out[packed.rows[k]!]! += 1 / size / packed.roots.length;
  }
  return out;
}
