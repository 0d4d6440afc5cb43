import type { Forest } from './forest';

/**
 * The nodes of all trees in one block of memory, three doubles per node. A prediction then reads one cache line per
 * node; with one array per column, a single prediction mostly waited for memory.
 */
interface PackedForest {
  /** At 3 i: the threshold of node i, or a leaf's value. */
  readonly numbers: Float64Array;
  /**
   * The same memory. At 6 i + 2: the feature of node i, −1 for a leaf. At 6 i + 3 and 6 i + 4: the children's nodes; of
   * a leaf, where its rows begin in `rows`, and their number.
   */
  readonly integers: Int32Array;
  /** The first node of each tree. */
  readonly roots: Int32Array;
  /** Training rows of all leaves; null for a forest without them. */
  readonly rows: Int32Array | null;
}

const packed = new WeakMap<Forest, PackedForest>();

/** The packed form of a forest, created once per forest. */
function packForest(forest: Forest): PackedForest {
  const known = packed.get(forest);
  if (known) return known;
  const made = pack(forest);
  packed.set(forest, made);
  return made;
}

function pack({ trees }: Forest): PackedForest {
  const nodes = trees.reduce((n, t) => n + t.value.length, 0);
  const numbers = new Float64Array(3 * nodes);
  const integers = new Int32Array(numbers.buffer);
  const roots = new Int32Array(trees.length);
  const keepsRows = trees.every((t) => t.leafRows && t.weightedNodeSamples);
  const rows = keepsRows ? Int32Array.from(trees.flatMap((t) => t.leafRows!)) : null;
  let [root, row] = [0, 0];
  trees.forEach((tree, t) => {
    roots[t] = root;
    for (let node = 0; node < tree.value.length; node++) {
      const at = 6 * (root + node);
      const isLeaf = tree.childrenLeft[node]! < 0;
      const size = tree.weightedNodeSamples?.[node] ?? 0;
      numbers[at / 2] = isLeaf ? tree.value[node]! : tree.threshold[node]!;
      integers[at + 2] = isLeaf ? -1 : tree.feature[node]!;
      integers[at + 3] = isLeaf ? row : root + tree.childrenLeft[node]!;
      integers[at + 4] = isLeaf ? size : root + tree.childrenRight[node]!;
      if (isLeaf) row += size;
    }
    root += tree.value.length;
  });
  return { numbers, integers, roots, rows };
}

/**
 * Node of the leaf that a row falls into.
 * @param root first node of the tree
 * @param x features; scikit-learn casts them to float32 before it compares them with float64 thresholds
 */
function leafOf({ numbers, integers }: PackedForest, root: number, x: ArrayLike<number>): number {
  let node = root;
  for (let feature = integers[6 * node + 2]!; feature >= 0; feature = integers[6 * node + 2]!)
    node = Math.fround(x[feature]!) <= numbers[3 * node]! ? integers[6 * node + 3]! : integers[6 * node + 4]!;
  return node;
}

/** Mean over the trees (RandomForestRegressor.predict). */
export function predictForest(forest: Forest, x: ArrayLike<number>): number {
  const packed = packForest(forest);
  let total = 0;
  for (const root of packed.roots) total += packed.numbers[3 * leafOf(packed, root, x)]!;
  return total / packed.roots.length;
}

/**
 * Weights of the training rows for x, which sum to 1 (quantile regression forests, Meinshausen 2006).
 * @throws RangeError for a forest without leafRows
 */
export function rowWeights(forest: Forest, x: ArrayLike<number>, rows: number): Float64Array {
  const packed = packForest(forest);
  if (!packed.rows) throw new RangeError('The forest does not keep its training rows.');
  const out = new Float64Array(rows);
  for (const root of packed.roots) {
    const leaf = 6 * leafOf(packed, root, x);
    const from = packed.integers[leaf + 3]!;
    const size = packed.integers[leaf + 4]!;
    for (let k = from; k < from + size; k++) out[packed.rows[k]!]! += 1 / size / packed.roots.length;
  }
  return out;
}
