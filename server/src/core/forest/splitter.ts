import type { Random } from '../random';
import type { ResolvedOptions } from './forestOptions';

/** The rows of a fit, by column. */
export interface TrainingTable {
  /** Values of each feature, rounded to float32 as scikit-learn does. */
  readonly columns: readonly Float64Array[];
  /** Rows of each column in rising order of their values; needed by the splitter `best` alone. */
  readonly order: readonly Int32Array[];
  readonly y: Float64Array;
}

/** The node to be split; one object serves all nodes of a tree, since a fit visits very many. */
export interface NodeRange {
  start: number;
  end: number;
  /** Number of features that are constant here, as known from above; after the search, with those found here. */
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
  /** Distinct rows drawn for this tree; a node's rows are a range of it. */
  readonly samples: Int32Array;
  /** Searches the best split of the node; writes to `split` and to `node.constants`. */
  search(node: NodeRange, split: Split): void;
  /** Sorts the rows of a node by the side they go to; returns where the right side begins. */
  partition(node: NodeRange, split: Split): number;
}

/** Values of a feature that differ by less are the same to scikit-learn (FEATURE_THRESHOLD, a float32). */
const sameValue = Math.fround(1e-7);
const isSame = (low: number, high: number): boolean => high <= Math.fround(low + sameValue);

/**
 * Searches splits as scikit-learn's node_split_best and node_split_random (tree/_splitter.pyx): features are drawn without
 * replacement; a constant one counts as drawn, but drawing goes on until one varies. The rows stay sorted by every
 * feature that varies, so that no node sorts again.
 */
export function createSplitter(
  { columns, order, y }: TrainingTable,
  weight: Float64Array,
  options: ResolvedOptions,
  random: Random,
): Splitter {
  const { maxFeatures, minSamplesLeaf } = options;
  const best = options.splitter === 'best';
  const samples = drawn(Int32Array.from(weight.keys()), weight);
  const sorted = best ? order.map((o) => drawn(o, weight)) : [];
  const weighted = y.map((v, i) => v * weight[i]!);
  const side = new Uint8Array(y.length);
  const scratch = new Int32Array(samples.length);
  const features = Int32Array.from(columns.keys());
  const constantFeatures = new Int32Array(columns.length);

  /** Lowest and highest value of the feature that was looked at last. */
  const range = new Float64Array(2);

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
    let here = x[rows[start]!]!;
    for (let p = start; p < last; p++) {
      const i = rows[p]!;
      leftWeight += weight[i]!;
      leftSum += weighted[i]!;
      const next = x[rows[p + 1]!]!;
      if (p >= first && next > here && !isSame(here, next)) {
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
      if (x[i]! > threshold) continue;
      leftWeight += weight[i]!;
      leftSum += weighted[i]!;
      count++;
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
      range[0] = x[sorted[f]![start]!]!;
      range[1] = x[sorted[f]![end - 1]!]!;
      return;
    }
    let low = Infinity;
    let high = -Infinity;
    for (let p = start; p < end; p++) {
      const v = x[samples[p]!]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    range[0] = low;
    range[1] = high;
  }

  const swap = (a: number, b: number) => {
    const kept = features[a]!;
    features[a] = features[b]!;
    features[b] = kept;
  };

  /** The order of `features` is: constants drawn, constants known, constants found here, not yet drawn, drawn. */
  function search(node: NodeRange, split: Split): void {
    const known = node.constants;
    let drawnConstants = 0;
    let found = 0;
    let undrawn = features.length;
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

  function partitionRange(rows: Int32Array, start: number, end: number): number {
    let left = start;
    let right = 0;
    for (let p = start; p < end; p++) {
      const i = rows[p]!;
      if (side[i] === 0) rows[left++] = i;
      else scratch[right++] = i;
    }
    for (let k = 0; k < right; k++) rows[left + k] = scratch[k]!;
    return left;
  }

  function partition({ start, end, constants }: NodeRange, { feature, threshold }: Split): number {
    const x = columns[feature]!;
    for (let p = start; p < end; p++) side[samples[p]!] = x[samples[p]!]! <= threshold ? 0 : 1;
    if (best) for (let k = constants; k < features.length; k++) partitionRange(sorted[features[k]!]!, start, end);
    return partitionRange(samples, start, end);
  }

  return { samples, search, partition };
}

/** The rows with a weight, in their order. */
function drawn(rows: Int32Array, weight: Float64Array): Int32Array {
  const out = new Int32Array(rows.length);
  let n = 0;
  for (let k = 0; k < rows.length; k++) if (weight[rows[k]!]! > 0) out[n++] = rows[k]!;
  return out.slice(0, n);
}
