import { describe, expect, it } from 'vitest';
import { foreignImage } from '../../../../server/src/core/applicability/foreignImage';
import { imageStatisticNames, imageStatistics } from '../../../../server/src/core/applicability/imageStatistics';
import { createRandom } from '../../../../server/src/core/random';
import { syntheticDomains } from '../../../../server/src/core/synthetic/domains';
import { renderMicrograph } from '../../../../server/src/core/synthetic/micrograph';

const side = 384;

/** An 8-bit image of a function of the position from the centre, in pixels. */
function drawn(level: (x: number, y: number) => number) {
  const data = new Uint8Array(side * side);
  for (let i = 0; i < data.length; i++) {
    const v = level((i % side) - side / 2, Math.floor(i / side) - side / 2);
    data[i] = Math.min(255, Math.max(0, Math.round(v)));
  }
  return { width: side, height: side, channels: 1, bitDepth: 8, data } as const;
}
const reasonFor = (image: ReturnType<typeof drawn>) => foreignImage(imageStatistics(image), undefined);
const statistic = (image: ReturnType<typeof drawn>, name: (typeof imageStatisticNames)[number]) =>
  imageStatistics(image)[imageStatisticNames.indexOf(name)]!;

/** Spots on a lattice with intensities that fade outward, their own at each reflection, and noise. */
function diffraction(seed: number, [cx, cy]: readonly [number, number] = [0, 0]) {
  const random = createRandom(seed);
  const period = 30 + 30 * random.uniform();
  const strength = new Map<string, number>();
  return drawn((x, y) => {
    const [i, j] = [Math.round((x - cx) / period), Math.round((y - cy) / period)];
    const key = `${i} ${j}`;
    if (!strength.has(key)) strength.set(key, (0.4 + 0.6 * random.uniform()) * Math.exp(-Math.hypot(i, j) / 4));
    const spot = Math.exp(-(((x - cx - i * period) ** 2 + (y - cy - j * period) ** 2) / 20));
    return 20 + 230 * strength.get(key)! * spot + 8 * random.uniform();
  });
}

describe('images that are not bright-field micrographs', () => {
  it.each([1, 2, 3])('a diffraction pattern, centred or not (seed %i)', (seed) => {
    expect(reasonFor(diffraction(seed))).toContain('does not look like a bright-field micrograph');
    expect(statistic(diffraction(seed, [14, -9]), 'pointSymmetry')).toBeGreaterThan(0.5);
  });

  it('a power spectrum: noise equal at opposite frequencies that fades outward', () => {
    const random = createRandom(4);
    const known = new Map<string, number>();
    const image = drawn((x, y) => {
      const key = y > 0 || (y === 0 && x >= 0) ? `${x} ${y}` : `${-x} ${-y}`;
      if (!known.has(key)) known.set(key, Math.log(0.02 + random.uniform()));
      return 150 + 25 * known.get(key)! - 0.15 * Math.hypot(x, y);
    });
    expect(reasonFor(image)).toContain('180 degrees');
  });

  it('a ring pattern and a Kikuchi pattern, by the brightness that fades from the centre', () => {
    const random = createRandom(5);
    const kikuchi = drawn((x, y) => {
      const band = Math.abs(0.6 * x + 0.8 * y - 40) < 12 ? 25 : 0;
      return 40 + 150 * Math.exp(-((Math.hypot(x, y) / 160) ** 2)) + band + 12 * random.uniform();
    });
    expect(statistic(kikuchi, 'radialFraction')).toBeGreaterThan(0.5);
    expect(reasonFor(kikuchi)).not.toBeNull();
    expect(
      reasonFor(drawn((x, y) => 120 + 60 * Math.cos(Math.hypot(x, y) / 9) + 20 * random.uniform())),
    ).not.toBeNull();
  });

  it('a lattice image: planes of atoms', () => {
    const random = createRandom(6);
    const image = drawn((x, y) => 120 + 40 * Math.cos(x / 4) + 40 * Math.cos(y / 5 + x / 9) + 30 * random.uniform());
    expect(reasonFor(image)).toContain('180 degrees');
  });

  it('fluorescence: few bright cells on black', () => {
    const random = createRandom(7);
    const cells = Array.from(
      { length: 9 },
      () => [side * (random.uniform() - 0.5), side * (random.uniform() - 0.5)] as const,
    );
    const image = drawn(
      (x, y) =>
        4 * random.uniform() + cells.reduce((s, [a, b]) => s + 200 * Math.exp(-((x - a) ** 2 + (y - b) ** 2) / 90), 0),
    );
    expect(reasonFor(image)).toContain('nearly black');
  });

  it('a blank image has neither symmetry nor rings', () => {
    const blank = drawn(() => 90);
    expect(statistic(blank, 'pointSymmetry')).toBe(-1);
    expect(statistic(blank, 'radialFraction')).toBe(0);
    expect(statistic(blank, 'medianPosition')).toBe(0.5);
    expect(reasonFor(blank)).toContain('blank');
  });
});

describe('micrographs stay inside', () => {
  it('one large round cavity in the middle of a frame is not a diffraction pattern', () => {
    const random = createRandom(8);
    const image = drawn((x, y) => {
      const r = Math.hypot(x, y);
      return (r < 40 ? 170 : r < 48 ? 70 : 120) + 30 * (random.uniform() - 0.5) + 10 * Math.sin(x / 70 + y / 90);
    });
    expect(statistic(image, 'pointSymmetry')).toBeLessThan(0.3);
    expect(reasonFor(image)).toBeNull();
  });

  it('of the synthetic domains, at least 95 of 100 images', () => {
    const central = /180 degrees|distance from the centre|nearly black/;
    const flagged = syntheticDomains.flatMap(({ name }, d) =>
      [0, 1].flatMap((k) => {
        const image = renderMicrograph({ domain: name, seed: 7000 + 2 * d + k, width: 256, height: 256 });
        return central.test(foreignImage(imageStatistics({ ...image, channels: 1, bitDepth: 8 }), undefined) ?? '')
          ? [name]
          : [];
      }),
    );
    expect(flagged.length).toBeLessThanOrEqual(0.05 * 2 * syntheticDomains.length);
  });
});
