import type { Tree } from './forest';

/**
 * Deepest tree accepted. scikit-learn's trees on tens of thousands of rows have 20 to 60 levels; TreeSHAP takes time in
 * proportion to the leaves times the square of the depth.
 */
export const maxTreeDepth = 128;
/** Values beyond this could add up to infinity. */
const maxValue = 1e9;

/**
 * Why a tree from a file is invalid, as the end of a sentence ("has nodes of two parents"); null for a valid tree.
 * In a valid tree every node but the root has at most one parent, which lies before it, so that no walk loops, leaves
 * the arrays or visits a node twice; every prediction is finite.
 */
export function treeFault(t: Tree): string | null {
  const n = t.value.length;
  const columns = [t.childrenLeft, t.childrenRight, t.feature, t.threshold, t.weightedNodeSamples ?? t.value];
  if (n === 0 || columns.some((c) => c.length !== n)) return 'has columns of different lengths';
  if (!t.value.every((v) => Math.abs(v) <= maxValue)) return 'has values that are not finite';
  if (!t.threshold.every(Number.isFinite)) return 'has thresholds that are not finite';
  const samples = t.weightedNodeSamples;
  if (samples && !samples.every((w) => Number.isFinite(w) && w >= 0)) return 'has invalid sample counts';
  const depth = new Uint16Array(n);
  const hasParent = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const children = [t.childrenLeft[i]!, t.childrenRight[i]!];
    // scikit-learn marks leaves by −1.
    if (children[0]! < 0) continue;
    if (!Number.isInteger(t.feature[i]) || t.feature[i]! < 0) return 'splits on an invalid feature';
    for (const child of children) {
      if (!Number.isInteger(child) || child <= i || child >= n) return 'does not end in leaves';
      if (hasParent[child]) return 'has nodes of two parents';
      hasParent[child] = 1;
      depth[child] = depth[i]! + 1;
      if (depth[child]! > maxTreeDepth) return `is deeper than ${maxTreeDepth} levels`;
    }
    if (samples && !(samples[i]! > 0)) return 'has invalid sample counts';
  }
  return null;
}
