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

export interface Split {
  readonly feature: number;
  /** Rows with a value up to it go left. */
  readonly threshold: number;
  /** Sum over both sides of (weighted sum of y)² / weight: the larger, the smaller the squared error. */
  readonly score: number;
  /** Number of features known to be constant below this node. */
  readonly constants: number;
}

export interface NodeRange {
  readonly start: number;
  readonly end: number;
  readonly constants: number;
  /** Weight of the rows and weighted sum of their targets. */
  readonly weights: number;
  readonly sum: number;
}

export interface Splitter {
  /** Distinct rows drawn for this tree; a node's rows are a range of it. */
  readonly samples: Int32Array;
  split(node: NodeRange): Split | null;
  /** Sorts the rows of a node by the side they go to; returns where the right side begins. */
  partition(split: Split, start: number, end: number): number;
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
  const samples = Int32Array.from(weight.keys()).filter((i) => weight[i]! > 0);
  const sorted = best ? order.map((o) => o.filter((i) => weight[i]! > 0)) : [];
  const weighted = y.map((v, i) => v * weight[i]!);
  const side = new Uint8Array(y.length);
  const scratch = new Int32Array(samples.length);
  const features = Int32Array.from(columns.keys());
  const constantFeatures = new Int32Array(columns.length);

  /** Best threshold of a feature between neighbouring values. */
  function bestThreshold(f: number, node: NodeRange, toBeat: number): { threshold: number; score: number } | null {
    const { start, end, weights, sum } = node;
    const x = columns[f]!;
    const rows = sorted[f]!;
    const last = end - minSamplesLeaf;
    let [leftWeight, leftSum, score, at] = [0, 0, toBeat, -1];
    let here = x[rows[start]!]!;
    for (let p = start; p < last; p++) {
      const i = rows[p]!;
      leftWeight += weight[i]!;
      leftSum += weighted[i]!;
      const next = x[rows[p + 1]!]!;
      if (next > here && !isSame(here, next) && p + 1 - start >= minSamplesLeaf) {
        const rightSum = sum - leftSum;
        const s = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weights - leftWeight);
        if (s > score) [score, at] = [s, p];
      }
      here = next;
    }
    if (at < 0) return null;
    const [low, high] = [x[rows[at]!]!, x[rows[at + 1]!]!];
    const middle = low / 2 + high / 2;
    return { threshold: middle < high ? middle : low, score };
  }

  /** One threshold drawn between the lowest and the highest value. */
  function randomThreshold(f: number, node: NodeRange, low: number, high: number) {
    const x = columns[f]!;
    const drawn = random.uniform(low, high);
    const threshold = drawn >= high ? low : drawn;
    let [leftWeight, leftSum, count] = [0, 0, 0];
    for (let p = node.start; p < node.end; p++) {
      const i = samples[p]!;
      if (x[i]! > threshold) continue;
      leftWeight += weight[i]!;
      leftSum += weighted[i]!;
      count++;
    }
    if (count < minSamplesLeaf || node.end - node.start - count < minSamplesLeaf) return null;
    const rightSum = node.sum - leftSum;
    return {
      threshold,
      score: (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (node.weights - leftWeight),
    };
  }

  function range(f: number, { start, end }: NodeRange): [number, number] {
    const x = columns[f]!;
    if (best) return [x[sorted[f]![start]!]!, x[sorted[f]![end - 1]!]!];
    let [low, high] = [Infinity, -Infinity];
    for (let p = start; p < end; p++) {
      const v = x[samples[p]!]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    return [low, high];
  }

  const swap = (a: number, b: number) => {
    const kept = features[a]!;
    features[a] = features[b]!;
    features[b] = kept;
  };

  /** The order of `features` is: constants drawn, constants known, constants found here, not yet drawn, drawn. */
  function split(node: NodeRange): Split | null {
    const known = node.constants;
    let [drawnConstants, found, undrawn, visited] = [0, 0, features.length, 0];
    let winner: Omit<Split, 'constants'> | null = null;
    while (undrawn > known + found && (visited < maxFeatures || visited <= found + drawnConstants)) {
      visited++;
      let at = drawnConstants + random.int(undrawn - found - drawnConstants);
      if (at < known) {
        swap(drawnConstants++, at);
        continue;
      }
      at += found;
      const f = features[at]!;
      const [low, high] = range(f, node);
      if (isSame(low, high)) {
        swap(at, known + found++);
        continue;
      }
      swap(at, --undrawn);
      const toBeat: number = winner ? winner.score : -Infinity;
      const candidate = best ? bestThreshold(f, node, toBeat) : randomThreshold(f, node, low, high);
      if (candidate && candidate.score > toBeat) winner = { feature: f, ...candidate };
    }
    // Siblings and descendants rely on the order of the constants known above them.
    for (let k = 0; k < known; k++) features[k] = constantFeatures[k]!;
    for (let k = known; k < known + found; k++) constantFeatures[k] = features[k]!;
    return winner && { ...winner, constants: known + found };
  }

  function partitionRange(rows: Int32Array, start: number, end: number): number {
    let [left, right] = [start, 0];
    for (let p = start; p < end; p++) {
      const i = rows[p]!;
      if (side[i] === 0) rows[left++] = i;
      else scratch[right++] = i;
    }
    for (let k = 0; k < right; k++) rows[left + k] = scratch[k]!;
    return left;
  }

  function partition({ feature, threshold, constants }: Split, start: number, end: number): number {
    const x = columns[feature]!;
    for (let p = start; p < end; p++) side[samples[p]!] = x[samples[p]!]! <= threshold ? 0 : 1;
    if (best) for (let k = constants; k < features.length; k++) partitionRange(sorted[features[k]!]!, start, end);
    return partitionRange(samples, start, end);
  }

  return { samples, split, partition };
}
