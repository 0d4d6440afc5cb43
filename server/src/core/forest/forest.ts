/** Regression trees as flat arrays with scikit-learn's names; a leaf has childrenLeft −1. */
export interface Tree {
  readonly childrenLeft: readonly number[];
  readonly childrenRight: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly value: readonly number[];
  /** Weighted number of training samples that reached each node; what TreeSHAP needs. */
  readonly weightedNodeSamples?: readonly number[] | undefined;
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
export const predictForest = (forest: Forest, x: ArrayLike<number>): number =>
  forest.trees.reduce((total, tree) => total + predictTree(tree, x), 0) / forest.trees.length;

/**
 * Saabas path contributions: value changes along each tree's path, by feature; they sum to prediction − mean root value.
 * Cheap, and enough to name the main reason.
 */
export function pathContributions(forest: Forest, x: ArrayLike<number>, featureCount: number): Float64Array {
  const out = new Float64Array(featureCount);
  for (const tree of forest.trees)
    for (let node = 0; tree.childrenLeft[node]! >= 0;) {
      const feature = tree.feature[node]!;
      const next =
        Math.fround(x[feature]!) <= tree.threshold[node]! ? tree.childrenLeft[node]! : tree.childrenRight[node]!;
      out[feature]! += (tree.value[next]! - tree.value[node]!) / forest.trees.length;
      node = next;
    }
  return out;
}
