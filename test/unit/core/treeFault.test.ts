import { expect, it } from 'vitest';
import { maxTreeDepth, treeFault } from '../../../server/src/core/forest/treeFault';

const tree = {
  childrenLeft: [1, -1, -1],
  childrenRight: [2, -1, -1],
  feature: [0, -2, -2],
  threshold: [0.5, -2, -2],
  value: [0.5, 0.2, 0.8],
  weightedNodeSamples: [4, 2, 2],
};

/** A chain of nodes to the left, each with a leaf to the right. */
function chain(depth: number) {
  const n = 2 * depth + 1;
  const inner = (i: number) => i < depth;
  const column = (f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));
  return {
    childrenLeft: column((i) => (inner(i) ? i + 1 : -1)),
    childrenRight: column((i) => (inner(i) ? depth + 1 + i : -1)),
    feature: column((i) => (inner(i) ? 0 : -2)),
    threshold: column(() => 0.5),
    value: column(() => 0.5),
  };
}

it('accepts sound trees', () => {
  expect(treeFault(tree)).toBeNull();
  expect(treeFault(chain(maxTreeDepth))).toBeNull();
});

it.each([
  [{ childrenLeft: [1.5, -1, -1] }, 'does not end in leaves'],
  [{ childrenRight: [1, -1, -1] }, 'has nodes of two parents'],
  [{ childrenLeft: [0, -1, -1] }, 'does not end in leaves'],
  [{ childrenRight: [3, -1, -1] }, 'does not end in leaves'],
  [{ feature: [0.5, -2, -2] }, 'splits on an invalid feature'],
  [{ feature: [0, -2] }, 'has columns of different lengths'],
  [{ value: [0.5, 1e300, 0.8] }, 'has values that are not finite'],
  [{ value: [0.5, NaN, 0.8] }, 'has values that are not finite'],
  [{ threshold: [Infinity, 0, 0] }, 'has thresholds that are not finite'],
  [{ weightedNodeSamples: [0, 2, 2] }, 'has invalid sample counts'],
])('refuses %o', (change, fault) => {
  expect(treeFault({ ...tree, ...change })).toBe(fault);
});

it('refuses trees too deep for TreeSHAP', () => {
  expect(treeFault(chain(maxTreeDepth + 1))).toBe('is deeper than 128 levels');
});
