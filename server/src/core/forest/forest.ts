/** Regression trees as flat arrays with scikit-learn's names; a leaf has childrenLeft −1. */
export interface Tree {
  readonly childrenLeft: readonly number[];
  readonly childrenRight: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly value: readonly number[];
  /** Weighted number of training samples that reached each node. Required for TreeSHAP. */
  readonly weightedNodeSamples?: readonly number[] | undefined;
  /**
   * Training rows of each leaf, leaf after leaf in the order of their nodes, each as often as the bootstrap sample
   * contains it. Required for a quantile forest. Leaf sizes are weightedNodeSamples.
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

/**
 * Mean over the trees (RandomForestRegressor.predict) for many rows: tree after tree, so that a tree stays in the
 * processor's cache.
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
