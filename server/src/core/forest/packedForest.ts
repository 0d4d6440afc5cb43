import type { Forest } from './forest';

/**
 * The nodes of all trees in one block of memory, three doubles per node. A prediction then touches one cache line per node;
 * with one array per column, most of the time of a single prediction was spent on waiting for memory.
 */
export interface PackedForest {
  /** At 3 i: the threshold of node i, or a leaf's value. */
  readonly numbers: Float64Array;
  /**
   * The same memory. At 6 i + 2: the feature of node i, −1 for a leaf. At 6 i + 3 and 6 i + 4: the children's nodes; of a leaf, where its
   * rows begin in `rows`, and their number.
   */
  readonly integers: Int32Array;
  /** The first node of each tree. */
  readonly roots: Int32Array;
  /** Training rows of all leaves; null for a forest without them. */
  readonly rows: Int32Array | null;
}

const packed = new WeakMap<Forest, PackedForest>();

/** The packed form of a forest, which is made once. */
export function packForest(forest: Forest): PackedForest {
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
export function packedLeaf({ numbers, integers }: PackedForest, root: number, x: ArrayLike<number>): number {
  let node = root;
  for (let feature = integers[6 * node + 2]!; feature >= 0; feature = integers[6 * node + 2]!)
    node = Math.fround(x[feature]!) <= numbers[3 * node]! ? integers[6 * node + 3]! : integers[6 * node + 4]!;
  return node;
}
