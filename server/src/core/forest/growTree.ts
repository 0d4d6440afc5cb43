import type { Random } from '../random';
import type { Tree } from './forest';
import type { ResolvedOptions } from './forestOptions';
import { createSplitter, type NodeRange, type Split, type TrainingTable } from './splitter';

/** Impurity below which scikit-learn does not split (machine epsilon of a double). */
const epsilon = 2.220446049250313e-16;

/** Fields of a node that is still to be grown, in the stack: its rows are `samples[start…end)`. */
const fields = 5;

/**
 * Grows regression trees on one table, depth first, as scikit-learn's DepthFirstTreeBuilder (tree/_tree.pyx). Its
 * memory is reused for each tree.
 * @returns grows one tree; `weight` says how often each row of the table was drawn, rows with 0 are not used
 */
export function createTreeGrower(
  table: TrainingTable,
  options: ResolvedOptions,
): (weight: Float64Array, random: Random) => Tree {
  const { y } = table;
  const n = y.length;
  const splitter = createSplitter(table, options);
  const { samples, weight, weighted } = splitter;
  const most = 2 * n;
  const left = new Int32Array(most);
  const right = new Int32Array(most);
  const feature = new Int32Array(most);
  const threshold = new Float64Array(most);
  const value = new Float64Array(most);
  const nodeWeights = new Float64Array(most);
  const stack = new Int32Array(fields * (n + 2));
  // NaN: fields of doubles from the start, which the compiler keeps unboxed.
  const node: NodeRange = { start: 0, end: 0, constants: 0, weights: NaN, sum: NaN };
  const split: Split = { feature: -1, threshold: NaN, score: NaN };
  const least = Math.max(options.minSamplesSplit, 2 * options.minSamplesLeaf);
  const { maxDepth, minImpurityDecrease } = options;

  return (drawn, random) => {
    const distinct = splitter.begin(drawn, random);
    const leafRows: number[] = [];
    let nodes = 0;
    let total = 0;
    let top = 0;
    // The constant features of a node are those of its parent, the last one that was searched.
    const push = (start: number, end: number, depth: number, parent: number) => {
      stack[top++] = start;
      stack[top++] = end;
      stack[top++] = depth;
      stack[top++] = parent;
      stack[top++] = node.constants;
    };
    node.constants = 0;
    push(0, distinct, 0, -1);
    while (top > 0) {
      top -= fields;
      const start = stack[top]!;
      const end = stack[top + 1]!;
      const depth = stack[top + 2]!;
      const parent = stack[top + 3]!;
      let weights = 0;
      let sum = 0;
      let squares = 0;
      let low = Infinity;
      let high = -Infinity;
      for (let k = start; k < end; k++) {
        const i = samples[k]!;
        const v = y[i]!;
        const wv = weighted[i]!;
        weights += weight[i]!;
        sum += wv;
        squares += wv * v;
        if (v < low) low = v;
        if (v > high) high = v;
      }
      const index = nodes++;
      if (parent < 0) total = weights;
      // The left child is the node that follows its parent.
      else if (index === parent + 1) left[parent] = index;
      else right[parent] = index;
      const mean = sum / weights;
      split.feature = -1;
      if (depth < maxDepth && end - start >= least && low < high && squares / weights - mean * mean > epsilon) {
        node.start = start;
        node.end = end;
        node.constants = stack[top + 4]!;
        node.weights = weights;
        node.sum = sum;
        splitter.search(node, split);
      }
      value[index] = mean;
      nodeWeights[index] = weights;
      if (split.feature >= 0 && (split.score - sum * mean) / total + epsilon >= minImpurityDecrease) {
        feature[index] = split.feature;
        threshold[index] = split.threshold;
        const middle = splitter.partition(node, split, depth + 1 < maxDepth ? least : Infinity);
        push(middle, end, depth + 1, index);
        push(start, middle, depth + 1, index);
      } else {
        left[index] = right[index] = -1;
        feature[index] = threshold[index] = -2;
        for (let k = start; k < end; k++)
          for (let copies = weight[samples[k]!]!; copies > 0; copies--) leafRows.push(samples[k]!);
      }
    }
    return {
      childrenLeft: list(left, nodes),
      childrenRight: list(right, nodes),
      feature: list(feature, nodes),
      threshold: list(threshold, nodes),
      value: list(value, nodes),
      weightedNodeSamples: list(nodeWeights, nodes),
      leafRows,
    };
  };
}

/** The first values as a plain array, for JSON. */
function list(values: Int32Array | Float64Array, count: number): number[] {
  const out = new Array<number>(count);
  for (let i = 0; i < count; i++) out[i] = values[i]!;
  return out;
}
