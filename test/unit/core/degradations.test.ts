import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../server/src/core/random';
import {
  degradationNames,
  degradations,
  degrade,
  drawDegradations,
} from '../../../server/src/core/synthetic/degradations';

const data = Uint8Array.from({ length: 64 * 64 }, (_, i) => ((i >> 3) % 2 ? 200 : 50));
const image = { data, width: 64, height: 64 };
const flat = { ...image, data: new Uint8Array(64 * 64).fill(128) };

function deviation(v: Uint8Array): number {
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  return Math.sqrt(v.reduce((s, x) => s + (x - mean) ** 2, 0) / v.length);
}

/** Correlation of pixels beside each other. */
function neighbours(v: Uint8Array): number {
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  let product = 0;
  for (let i = 1; i < v.length; i++) product += (v[i]! - mean) * (v[i - 1]! - mean);
  return product / (v.length - 1) / deviation(v) ** 2;
}

describe('degradations', () => {
  it.each(degradationNames)('change nothing without strength: %s', (name) => {
    expect(degrade(image, name, degradations[name].none, createRandom(1))).toEqual(data);
  });

  it.each(degradationNames)('change more with each level of the experiment: %s', (name) => {
    const drawn = { ...image, data: Uint8Array.from(data, (v, i) => v + ((i * 7919) % 31)) };
    const change = degradations[name].levels.map((level) => {
      const worse = degrade(drawn, name, level, createRandom(1));
      return Math.sqrt(worse.reduce((s, v, i) => s + (v - drawn.data[i]!) ** 2, 0) / worse.length);
    });
    expect(change[0]).toBeGreaterThan(0);
    expect([...change].sort((a, b) => a - b)).toEqual(change);
  });

  it('add noise of the stated deviation, of independent or of correlated pixels', () => {
    const noise = degrade(flat, 'noise', 25, createRandom(1));
    const grain = degrade(flat, 'grain', 25, createRandom(1));
    expect(deviation(noise)).toBeCloseTo(25, -0.5);
    expect(deviation(grain)).toBeCloseTo(25, -0.5);
    expect(Math.abs(neighbours(noise))).toBeLessThan(0.05);
    expect(neighbours(grain)).toBeGreaterThan(0.5);
  });

  it('smooth, and lower the contrast to the stated fraction', () => {
    expect(deviation(degrade(image, 'blur', 4, createRandom(1)))).toBeLessThan(0.6 * deviation(data));
    expect(deviation(degrade(image, 'contrast', 0.25, createRandom(1)))).toBeCloseTo(0.25 * deviation(data), 0);
  });

  it('are drawn in the order in which they happen, within their range', () => {
    const random = createRandom(3);
    const drawn = Array.from({ length: 400 }, () => drawDegradations(random));
    for (const steps of drawn)
      for (const [i, { name, level }] of steps.entries()) {
        const [from, to] = degradations[name].range;
        expect(level).toBeGreaterThanOrEqual(Math.min(from, to) * 0.99);
        expect(level).toBeLessThanOrEqual(Math.max(from, to) * 1.01);
        if (i > 0) expect(degradationNames.indexOf(name)).toBeGreaterThan(degradationNames.indexOf(steps[i - 1]!.name));
      }
    // Two in 30 %, less those in which both draws are the same.
    expect(drawn.filter((s) => s.length === 2).length / 400).toBeCloseTo(0.24, 1);
    expect(drawDegradations(createRandom(9))).toEqual(drawDegradations(createRandom(9)));
  });
});
