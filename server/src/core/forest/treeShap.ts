import { gaussLegendre, type Quadrature } from '../stats/gaussLegendre';
import type { Forest, Tree } from './forest';

/** Weighted mean of the leaves under each node, by the samples that reached them. */
function expectedValue(tree: Tree): number {
  const cover = covers(tree);
  let sum = 0;
  for (let i = 0; i < cover.length; i++) if (tree.childrenLeft[i]! < 0) sum += cover[i]! * tree.value[i]!;
  return sum / cover[0]!;
}

function covers(tree: Tree): ArrayLike<number> {
  if (!tree.weightedNodeSamples)
    throw new RangeError('The forest does not contain how many samples reached its nodes.');
  return tree.weightedNodeSamples;
}

export interface Explanation {
  readonly baseValue: number;
  /** One per feature; with the base value they sum to the prediction. */
  readonly contributions: Float64Array;
}

/** Exact SHAP values of one row. @throws RangeError for a forest without sample counts */
export const treeShap = (forest: Forest, x: ArrayLike<number>, featureCount: number): Explanation =>
  explainRows(forest, [x], featureCount)[0]!;

/**
 * Exact SHAP values of a forest, path dependent: conditional expectations follow the training samples down the trees
 * (Lundberg, Erion, Lee 2018; shap.TreeExplainer with feature_perturbation="tree_path_dependent").
 *
 * A leaf with value v is a product game: v · ∏ (h if the feature is known, else z), where h says whether x follows the
 * splits on that feature towards the leaf (0 or 1) and z is the fraction of samples that do. The Shapley value of feature i
 * is v (h_i − z_i) ∫ ∏_{j≠i} (t h_j + (1 − t) z_j) dt over t from 0 to 1 (Owen 1972), a polynomial, so that Gauss-Legendre
 * quadrature with half as many points as features on a path gives it exactly. As in Linear TreeSHAP (Yu and others 2022)
 * products go down the tree and sums come up, so that an edge costs one pass over the points.
 * @param rows features as the forest was fitted on
 * @throws RangeError for a forest without sample counts
 */
export function explainRows(
  forest: Forest,
  rows: readonly ArrayLike<number>[],
  featureCount: number,
): readonly Explanation[] {
  const n = forest.trees.length;
  const baseValue = forest.trees.reduce((s, t) => s + expectedValue(t), 0) / n;
  const inputs = rows.map((x) => Float64Array.from({ length: featureCount }, (_, i) => Math.fround(x[i]!)));
  const sums = rows.map(() => new Float64Array(featureCount));
  for (const tree of forest.trees) {
    const prepared = prepareTree(tree);
    const work = workspace(prepared);
    inputs.forEach((x, i) => addTree(prepared, work, x, sums[i]!));
  }
  return sums.map((sum) => ({ baseValue, contributions: sum.map((v) => v / n) }));
}

/**
 * What does not depend on the row: the nodes in preorder, each with the edge that leads to it. The coefficients of a node are
 * three lines, for x that follows all edges of this feature down to here, for x that leaves them here, and for x that left
 * them above; a line has `points` ratios, by which the product over the features changes along the edge, and `points`
 * weights of the sum under the edge in the contribution of its feature.
 */
interface PreparedTree {
  readonly points: number;
  /** Levels below the root; the root has 0. */
  readonly depth: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly isLeft: Uint8Array;
  /** Nearest node above whose edge has the same feature; the root where there is none. */
  readonly above: Int32Array;
  readonly coefficients: Float64Array;
  /** NaN for a node that is not a leaf. */
  readonly leafValue: Float64Array;
  readonly levels: number;
}

function prepareTree(tree: Tree): PreparedTree {
  const cover = covers(tree);
  const n = tree.value.length;
  const order = new Int32Array(n);
  const [depth, feature, above] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
  const parent = new Int32Array(n);
  const isLeft = new Uint8Array(n);
  const threshold = new Float64Array(n);
  const leafValue = new Float64Array(n).fill(NaN);
  /** Fraction of samples that follow all splits on the edge's feature down to the node. */
  const fraction = new Float64Array(n).fill(1);
  /** Features on the path from the root. */
  const distinct = new Int32Array(n);
  let [count, most, levels] = [0, 1, 0];
  const visit = (node: number, from: number, goesLeft: boolean) => {
    const i = count++;
    order[i] = node;
    if (i > 0) {
      const split = order[from]!;
      parent[i] = from;
      feature[i] = tree.feature[split]!;
      let same = from;
      while (same > 0 && feature[same] !== feature[i]) same = parent[same]!;
      above[i] = same;
      depth[i] = depth[from]! + 1;
      threshold[i] = tree.threshold[split]!;
      isLeft[i] = goesLeft ? 1 : 0;
      fraction[i] = (fraction[same]! * cover[node]!) / cover[split]!;
      distinct[i] = distinct[from]! + (same === 0 ? 1 : 0);
      most = Math.max(most, distinct[i]!);
      levels = Math.max(levels, depth[i]!);
    }
    if (tree.childrenLeft[node]! < 0) leafValue[i] = tree.value[node]!;
    else {
      visit(tree.childrenLeft[node]!, i, true);
      visit(tree.childrenRight[node]!, i, false);
    }
  };
  visit(0, 0, true);
  const points = Math.ceil(most / 2);
  const coefficients = edgeCoefficients(fraction.subarray(0, count), above, points);
  return {
    points,
    depth: depth.subarray(0, count),
    feature,
    threshold,
    isLeft,
    above,
    coefficients,
    leafValue,
    levels,
  };
}

function edgeCoefficients(fraction: Float64Array, above: Int32Array, points: number): Float64Array {
  const { nodes, weights } = quadrature(points);
  const out = new Float64Array(fraction.length * 6 * points);
  for (let i = 1; i < fraction.length; i++) {
    const [z, before] = [fraction[i]!, fraction[above[i]!]!];
    for (let k = 0, at = i * 6 * points; k < points; k++, at++) {
      const t = nodes[k]!;
      const [known, knownBefore] = [t + (1 - t) * z, t + (1 - t) * before];
      const gainBefore = (1 - before) / knownBefore;
      out[at] = known / knownBefore;
      out[at + points] = weights[k]! * ((1 - z) / known - gainBefore);
      out[at + 2 * points] = ((1 - t) * z) / knownBefore;
      out[at + 3 * points] = weights[k]! * (-1 / (1 - t) - gainBefore);
      out[at + 4 * points] = z / before;
    }
  }
  return out;
}

const rules = new Map<number, Quadrature>();
function quadrature(points: number): Quadrature {
  const rule = rules.get(points) ?? gaussLegendre(points);
  rules.set(points, rule);
  return rule;
}

/** Adds the contributions of one tree to those of its features. */
function addTree(tree: PreparedTree, work: Workspace, x: Float64Array, out: Float64Array): void {
  const { points, depth, feature, threshold, isLeft, above, coefficients, leafValue } = tree;
  const { product, sum, hot, line, path } = work;
  const n = depth.length;
  for (let k = 0; k < points; k++) {
    product[k] = 1;
    sum[k] = 0;
  }
  hot[0] = 1;
  for (let i = 1; i < n; i++) {
    const level = depth[i]!;
    const follows = x[feature[i]!]! <= threshold[i]! ? isLeft[i]! : 1 - isLeft[i]!;
    const wasHot = hot[above[i]!]!;
    hot[i] = follows & wasHot;
    const from = (i * 6 + (wasHot === 0 ? 4 : follows === 0 ? 2 : 0)) * points;
    path[level] = i;
    line[level] = from + points;
    const to = level * points;
    const up = to - points;
    const v = leafValue[i]!;
    if (v !== v) {
      for (let k = 0; k < points; k++) {
        product[to + k] = product[up + k]! * coefficients[from + k]!;
        sum[to + k] = 0;
      }
      continue;
    }
    for (let k = 0; k < points; k++) sum[to + k] = product[up + k]! * coefficients[from + k]! * v;
    // The nodes that end here: the leaf, and those above of which it is the last.
    const next = i + 1 < n ? depth[i + 1]! : 1;
    for (let l = level; l >= next; l--) {
      const at = l * points;
      const weight = line[l]!;
      let total = 0;
      for (let k = 0; k < points; k++) {
        const s = sum[at + k]!;
        total += s * coefficients[weight + k]!;
        sum[at - points + k]! += s;
      }
      out[feature[path[l]!]!]! += total;
    }
  }
}

/** Memory of `addTree`: numbers per level of the present path, and whether x follows the edges down to each node. */
interface Workspace {
  readonly product: Float64Array;
  readonly sum: Float64Array;
  readonly line: Int32Array;
  readonly path: Int32Array;
  readonly hot: Uint8Array;
}

function workspace({ levels, points, depth }: PreparedTree): Workspace {
  const size = (levels + 1) * points;
  return {
    product: new Float64Array(size),
    sum: new Float64Array(size),
    line: new Int32Array(levels + 1),
    path: new Int32Array(levels + 1),
    hot: new Uint8Array(depth.length),
  };
}
