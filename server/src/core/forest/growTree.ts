import type { Random } from '../random';
import type { Tree } from './forest';
import type { ResolvedOptions } from './forestOptions';
import { createSplitter, type NodeRange, type Split, type TrainingTable } from './splitter';

/** A node still to be grown: its rows are `samples[start…end)`. */
interface Pending {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly parent: number;
  readonly isLeft: boolean;
  /** Number of features that an ancestor found constant. */
  readonly constants: number;
}

/** Impurity below which scikit-learn does not split (machine epsilon of a double). */
const epsilon = 2.220446049250313e-16;

/**
 * Grows one regression tree, depth first, as scikit-learn's DepthFirstTreeBuilder (tree/_tree.pyx).
 * @param weight how often each row of the table was drawn; rows with 0 are not seen
 */
export function growTree(table: TrainingTable, weight: Float64Array, options: ResolvedOptions, random: Random): Tree {
  const splitter = createSplitter(table, weight, options, random);
  const { samples } = splitter;
  const tree = {
    childrenLeft: [] as number[],
    childrenRight: [] as number[],
    feature: [] as number[],
    threshold: [] as number[],
    value: [] as number[],
    weightedNodeSamples: [] as number[],
  };
  const leafRows: number[] = [];
  const stack: Pending[] = [{ start: 0, end: samples.length, depth: 0, parent: -1, isLeft: false, constants: 0 }];
  // NaN: fields of doubles from the start, which the compiler keeps unboxed.
  const node: NodeRange = { start: 0, end: 0, constants: 0, weights: NaN, sum: NaN };
  const split: Split = { feature: -1, threshold: NaN, score: NaN };
  const { y } = table;
  let total = 0;
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { start, end, depth, parent, isLeft } = next;
    let weights = 0;
    let sum = 0;
    let squares = 0;
    let low = Infinity;
    let high = -Infinity;
    for (let k = start; k < end; k++) {
      const i = samples[k]!;
      const v = y[i]!;
      const w = weight[i]!;
      weights += w;
      sum += w * v;
      squares += w * v * v;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (parent < 0) total = weights;
    const mean = sum / weights;
    node.start = start;
    node.end = end;
    node.constants = next.constants;
    node.weights = weights;
    node.sum = sum;
    split.feature = -1;
    if (
      depth < options.maxDepth &&
      end - start >= options.minSamplesSplit &&
      end - start >= 2 * options.minSamplesLeaf &&
      low < high &&
      squares / weights - mean * mean > epsilon
    )
      splitter.search(node, split);
    const splits = split.feature >= 0 && (split.score - sum * mean) / total + epsilon >= options.minImpurityDecrease;
    const index = tree.value.length;
    if (parent >= 0) (isLeft ? tree.childrenLeft : tree.childrenRight)[parent] = index;
    tree.childrenLeft.push(-1);
    tree.childrenRight.push(-1);
    tree.feature.push(splits ? split.feature : -2);
    tree.threshold.push(splits ? split.threshold : -2);
    tree.weightedNodeSamples.push(weights);
    tree.value.push(mean);
    if (splits) {
      const middle = splitter.partition(node, split);
      const child = { depth: depth + 1, parent: index, constants: node.constants };
      stack.push({ ...child, start: middle, end, isLeft: false }, { ...child, start, end: middle, isLeft: true });
    } else
      for (let k = start; k < end; k++)
        for (let copies = weight[samples[k]!]!; copies > 0; copies--) leafRows.push(samples[k]!);
  }
  return { ...tree, leafRows };
}
