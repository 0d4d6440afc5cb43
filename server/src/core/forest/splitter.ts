import type { Random } from '../random';
import type { ResolvedOptions } from './forestOptions';

/** The rows of a fit, by column. */
export interface TrainingTable {
  /** Values of each feature, rounded to float32 as scikit-learn does. */
  readonly columns: readonly Float64Array[];
  /** Rows of each column in rising order of their values; needed only by the splitter `best`. */
  readonly order: readonly Int32Array[];
  readonly y: Float64Array;
}

/** The node to be split; one object serves all nodes of a forest, since a fit visits very many. */
export interface NodeRange {
  start: number;
  end: number;
  /**
   * Number of features known to be constant in this node from its ancestors; after the search, including those found
   * here.
   */
  constants: number;
  /** Weight of the rows and weighted sum of their targets. */
  weights: number;
  sum: number;
}

/** The best split found so far; one object as well. */
export interface Split {
  /** -1: none. */
  feature: number;
  /** Rows with a value up to it go left. */
  threshold: number;
  /** Sum over both sides of (weighted sum of y)² / weight: the larger, the smaller the squared error. */
  score: number;
}

export interface Splitter {
  /** Distinct rows drawn for the present tree; a node's rows are a range of it. */
  readonly samples: Int32Array;
  /** Number of times each row was drawn, and its product with the row's target. */
  readonly weight: Float64Array;
  readonly weighted: Float64Array;
  /**
   * Begins a tree.
   * @param weight how often each row of the table was drawn; rows with 0 are not used
   * @returns number of distinct rows
   */
  begin(weight: Float64Array, random: Random): number;
  /** Searches the best split of the node; writes to `split` and to `node.constants`. */
  search(node: NodeRange, split: Split): void;
  /**
   * Sorts the rows of a node by the side they go to; returns where the right side begins.
   * @param least a side with fewer rows is a leaf, and is no longer kept sorted by the features
   */
  partition(node: NodeRange, split: Split, least: number): number;
}

/** Values of a feature that differ by less are the same to scikit-learn (FEATURE_THRESHOLD, a float32). */
const sameValue = Math.fround(1e-7);
const isSame = (low: number, high: number): boolean => high <= Math.fround(low + sameValue);

/**
 * Searches splits as scikit-learn's node_split_best and node_split_random (tree/_splitter.pyx): features are drawn
 * without replacement; a constant one counts as drawn, but drawing continues until one varies. The rows stay sorted by
 * every feature that varies, so that no node sorts again. One splitter serves all trees of a forest.
 */
export function createSplitter({ columns, order, y }: TrainingTable, options: ResolvedOptions): Splitter {
  const { maxFeatures, minSamplesLeaf } = options;
  const best = options.splitter === 'best';
  const n = y.length;
  const width = columns.length;
  const samples = new Int32Array(n);
  const sorted = order.map(() => new Int32Array(n));
  const weight = new Float64Array(n);
  const weighted = new Float64Array(n);
  const side = new Uint8Array(n);
  const scratch = new Int32Array(n);
  const features = new Int32Array(width);
  const constantFeatures = new Int32Array(width);
  /** Lowest and highest value of the feature that was searched last. */
  const range = new Float64Array(2);
  let random: Random;

  function begin(drawn: Float64Array, own: Random): number {
    random = own;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const w = drawn[i]!;
      weight[i] = w;
      weighted[i] = y[i]! * w;
      if (w > 0) samples[count++] = i;
    }
    for (let f = 0; f < width; f++) features[f] = f;
    for (let f = 0; f < sorted.length; f++) keepDrawn(order[f]!, weight, sorted[f]!);
    return count;
  }

  /** Tries the thresholds between neighbouring values of a feature. */
  function tryThresholds(f: number, node: NodeRange, split: Split): void {
    const { start, end, weights, sum } = node;
    const x = columns[f]!;
    const rows = sorted[f]!;
    const last = end - minSamplesLeaf;
    const first = start + minSamplesLeaf - 1;
    let leftWeight = 0;
    let leftSum = 0;
    let score = split.score;
    let at = -1;
    let i = rows[start]!;
    let here = x[i]!;
    for (let p = start; p < last; p++) {
      leftWeight += weight[i]!;
      leftSum += weighted[i]!;
      i = rows[p + 1]!;
      const next = x[i]!;
      // At least `here`, so that equal values are passed over too.
      if (next > Math.fround(here + sameValue) && p >= first) {
        const rightSum = sum - leftSum;
        const s = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weights - leftWeight);
        if (s > score) {
          score = s;
          at = p;
        }
      }
      here = next;
    }
    if (at < 0) return;
    const low = x[rows[at]!]!;
    const high = x[rows[at + 1]!]!;
    const middle = low / 2 + high / 2;
    split.feature = f;
    split.threshold = middle < high ? middle : low;
    split.score = score;
  }

  /** Tries one threshold drawn between the lowest and the highest value. */
  function tryRandomThreshold(f: number, node: NodeRange, split: Split): void {
    const { start, end, weights, sum } = node;
    const x = columns[f]!;
    const drawn = random.uniform(range[0], range[1]);
    const threshold = drawn >= range[1]! ? range[0]! : drawn;
    let leftWeight = 0;
    let leftSum = 0;
    let count = 0;
    for (let p = start; p < end; p++) {
      const i = samples[p]!;
      // Multiplication instead of a branch, because the processor cannot predict the side of a row.
      const isLeft = Number(x[i]! <= threshold);
      leftWeight += isLeft * weight[i]!;
      leftSum += isLeft * weighted[i]!;
      count += isLeft;
    }
    if (count < minSamplesLeaf || end - start - count < minSamplesLeaf) return;
    const rightSum = sum - leftSum;
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weights - leftWeight);
    if (score <= split.score) return;
    split.feature = f;
    split.threshold = threshold;
    split.score = score;
  }

  function findRange(f: number, { start, end }: NodeRange): void {
    const x = columns[f]!;
    if (best) {
      const rows = sorted[f]!;
      range[0] = x[rows[start]!]!;
      range[1] = x[rows[end - 1]!]!;
      return;
    }
    let low = x[samples[start]!]!;
    let high = low;
    for (let p = start + 1; p < end; p++) {
      const v = x[samples[p]!]!;
      if (v < low) low = v;
      else if (v > high) high = v;
    }
    range[0] = low;
    range[1] = high;
  }

  function swap(a: number, b: number): void {
    const kept = features[a]!;
    features[a] = features[b]!;
    features[b] = kept;
  }

  /** The order of `features` is: constants drawn, constants known, constants found here, not yet drawn, drawn. */
  function search(node: NodeRange, split: Split): void {
    const known = node.constants;
    let drawnConstants = 0;
    let found = 0;
    let undrawn = width;
    let visited = 0;
    split.feature = -1;
    split.score = -Infinity;
    while (undrawn > known + found && (visited < maxFeatures || visited <= found + drawnConstants)) {
      visited++;
      let at = drawnConstants + random.int(undrawn - found - drawnConstants);
      if (at < known) {
        swap(drawnConstants++, at);
        continue;
      }
      at += found;
      const f = features[at]!;
      findRange(f, node);
      if (isSame(range[0]!, range[1]!)) {
        swap(at, known + found++);
        continue;
      }
      swap(at, --undrawn);
      if (best) tryThresholds(f, node, split);
      else tryRandomThreshold(f, node, split);
    }
    // Siblings and descendants rely on the order of the constants known above them.
    for (let k = 0; k < known; k++) features[k] = constantFeatures[k]!;
    for (let k = known; k < known + found; k++) constantFeatures[k] = features[k]!;
    node.constants = known + found;
  }

  function partition(node: NodeRange, { feature, threshold }: Split, least: number): number {
    const { start, end, constants } = node;
    const x = columns[feature]!;
    for (let p = start; p < end; p++) {
      const i = samples[p]!;
      side[i] = x[i]! <= threshold ? 0 : 1;
    }
    const middle = partitionRange(samples, node, side, scratch);
    if (best && (middle - start >= least || end - middle >= least))
      for (let k = constants; k < width; k++) {
        const f = features[k]!;
        // By the feature of the split the rows are in order already.
        if (f !== feature) partitionRange(sorted[f]!, node, side, scratch);
      }
    return middle;
  }

  return { samples, weight, weighted, begin, search, partition };
}

/** Stable partition of the rows of a node by their side, without branches, which the processor could not predict. */
function partitionRange(rows: Int32Array, { start, end }: NodeRange, side: Uint8Array, scratch: Int32Array): number {
  let left = start;
  let right = 0;
  for (let p = start; p < end; p++) {
    const i = rows[p]!;
    const s = side[i]!;
    rows[left] = i;
    scratch[right] = i;
    left += 1 - s;
    right += s;
  }
  for (let k = 0; k < right; k++) rows[left + k] = scratch[k]!;
  return left;
}

/** Copies the rows with a weight, in their order. */
function keepDrawn(rows: Int32Array, weight: Float64Array, out: Int32Array): void {
  let n = 0;
  for (let k = 0; k < rows.length; k++) if (weight[rows[k]!]! > 0) out[n++] = rows[k]!;
}
