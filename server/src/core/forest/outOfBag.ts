import { predictTree, type Forest } from './forest';

/**
 * Mean prediction of the trees whose bootstrap did not draw the row (scikit-learn's oob_prediction_); NaN for a row that
 * every tree saw.
 * @param rows those that the forest was fitted on
 * @throws RangeError for a forest without leafRows
 */
export function oobPredictions(forest: Forest, rows: readonly ArrayLike<number>[]): Float64Array {
  const sums = new Float64Array(rows.length);
  const votes = new Int32Array(rows.length);
  for (const tree of forest.trees) {
    if (!tree.leafRows) throw new RangeError('The forest does not keep its training rows.');
    const drawn = new Set(tree.leafRows);
    rows.forEach((row, i) => {
      if (drawn.has(i)) return;
      sums[i]! += predictTree(tree, row);
      votes[i]!++;
    });
  }
  return sums.map((s, i) => (votes[i] ? s / votes[i]! : NaN));
}
