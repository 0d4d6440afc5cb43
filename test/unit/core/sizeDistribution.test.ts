import { describe, expect, it } from 'vitest';
import { sizeDistribution } from '../../../server/src/core/quantities/sizeDistribution';

describe('distribution of sizes', () => {
  it('counts every value once, in bins of a round width', () => {
    const values = Array.from({ length: 200 }, (_, i) => 3 + (i % 20) / 4);
    const d = sizeDistribution(values)!;
    expect(d.counts.reduce((a, b) => a + b, 0)).toBe(200);
    expect(d.edges).toHaveLength(d.counts.length + 1);
    expect(d.edges[0]).toBeLessThanOrEqual(3);
    expect(d.edges.at(-1)).toBeGreaterThan(7.75);
    expect([0.5, 1, 2]).toContain(d.edges[1]! - d.edges[0]!);
    expect(d.cumulative.at(-1)).toBe(1);
    expect(d.counts[0]).toBe(values.filter((v) => v < d.edges[1]!).length);
  });

  it.each([[[]], [[NaN]]])('is null for %j', (values) => expect(sizeDistribution(values)).toBeNull());

  it.each([[[5]], [[5, 5, 5]], [[0.001, 1e6]], [[1, 2]]])('stays small for %j', (values) => {
    const d = sizeDistribution(values)!;
    expect(d.counts.reduce((a, b) => a + b, 0)).toBe(values.length);
    expect(d.counts.length).toBeLessThanOrEqual(152);
  });
});
