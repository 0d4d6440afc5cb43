import { describe, expect, it } from 'vitest';
import { causeFractions, causesInWords } from '../../../server/src/core/quantities/causes';
import type { MeasuredCavity } from '../../../server/src/core/quantities/cavity';
import { createMeasurement, measureInto } from '../../../server/src/core/quantities/measure';
import { membership } from '../../../server/src/core/quantities/membership';
import { edgeFreeDistance } from '../../../server/src/core/quantities/neighbourDistance';
import { defaultPriors } from '../../../server/src/core/quantities/priors';
import { quantitiesOf, quantityNames, type Quantity } from '../../../server/src/core/quantities/quantities';
import type { ImageEvidence } from '../../../server/src/core/quantities/simulate';
import type { Sampling, Scale } from '../../../server/src/core/quantities/totals';
import { createRandom } from '../../../server/src/core/random';

const disc = (x: number, y: number, diameter: number, atEdge = false): MeasuredCavity => ({
  x,
  y,
  diameter,
  feretMax: diameter * 1.1,
  feretMin: diameter,
  heywood: 1.02,
  publishedDiameter: diameter,
  area: (Math.PI / 4) * diameter ** 2,
  atEdge,
  probability: 1,
  fromMask: true,
});
const settings = { priors: defaultPriors, draws: 300, causeDraws: 100, seed: 1 };
const scale: Scale = { nmPerPixel: 0.5, pixelSizeUncertainty: 0.01, thicknessNm: 100, thicknessUncertainty: 0.2 };
const evidence = (accepted: readonly MeasuredCavity[], more: Partial<ImageEvidence> = {}): ImageEvidence => ({
  accepted,
  rejected: [],
  width: 1000,
  height: 800,
  performance: Array.from({ length: 100 }, () => [1, 1] as const),
  ...more,
});
function measure(images: readonly ImageEvidence[], s: Scale = scale, sampling: Sampling = 'frame') {
  const measurement = createMeasurement(settings);
  images.forEach((e, i) => measureInto([measurement], { evidence: e, scale: s, seed: i + 1 }, settings));
  return quantitiesOf(measurement, sampling);
}
const value = (q: ReturnType<typeof measure>[keyof ReturnType<typeof measure>]): Quantity => {
  if ('reason' in q) throw new Error(q.reason);
  return q;
};
/** Forty cavities of 20 px in rows, away from the frame. */
const grid = Array.from({ length: 40 }, (_, i) => disc(100 + 80 * (i % 8), 100 + 100 * Math.floor(i / 8), 20));

describe('quantities of an image', () => {
  it('computes the published definitions by hand', () => {
    const q = measure([evidence(grid)]);
    const area = 1000 * 800 * 0.25;
    expect(value(q.count)).toMatchObject({ detected: 40, unit: '' });
    expect(value(q.arealDensity).detected).toBeCloseTo((1e4 * 40) / area, 9);
    expect(value(q.numberDensity).detected).toBeCloseTo((1e27 * 40) / (area * 100), -10);
    expect(value(q.meanDiameterNm).detected).toBeCloseTo(10, 9);
    expect(value(q.feretMaxNm).detected).toBeCloseTo(11, 9);
    expect(value(q.heywood).detected).toBeCloseTo(1.02, 9);
    expect(value(q.arealFraction).detected).toBeCloseTo((40 * Math.PI * 100) / 800_000, 9);
    const s = 40 * (Math.PI / 6) * 10 ** 3;
    expect(value(q.swellingPercent).detected).toBeCloseTo((100 * s) / (area * 100 - s), 9);
    expect(value(q.neighbourDistanceNm).detected).toBeCloseTo(40, 9);
  });

  it('brackets its value, gives equal numbers for equal input, and fractions of variance that sum to 1', () => {
    const image = evidence(
      grid.map((c, i) => ({ ...c, probability: i % 3 ? 0.9 : 0.5 })),
      {
        performance: Array.from({ length: 100 }, (_, i) => [0.7 + 0.003 * i, 0.5 + 0.005 * i] as const),
      },
    );
    const q = measure([image]);
    expect(measure([image])).toEqual(q);
    for (const name of quantityNames) {
      const { value: v, low, high, causes } = value(q[name]);
      expect(low, name).toBeLessThanOrEqual(v);
      expect(high, name).toBeGreaterThanOrEqual(v);
      if (name === 'neighbourDistanceNm') continue;
      expect(
        Object.values(causes).reduce((a, b) => a + b, 0),
        name,
      ).toBeCloseTo(1, 9);
    }
    expect(value(q.count).high!).toBeGreaterThan(40);
    expect(value(q.count).causes.missedCavities!).toBeGreaterThan(0.5);
    expect(value(q.swellingPercent).causes.thickness!).toBeGreaterThan(0.05);
    expect(value(q.count).causes.thickness ?? 0).toBe(0);
  });

  it('widens with doubtful detections and with a lower recall', () => {
    const width = (e: ImageEvidence) => value(measure([e]).count).high! - value(measure([e]).count).low!;
    const doubtful = grid.map((c) => ({ ...c, probability: 0.5 }));
    expect(width(evidence(doubtful, { performance: null }))).toBeGreaterThan(
      width(evidence(grid, { performance: null })),
    );
    const poor = Array.from({ length: 100 }, (_, i) => [1, 0.3 + 0.005 * i] as const);
    expect(width(evidence(grid, { performance: poor }))).toBeGreaterThan(width(evidence(grid)) + 10);
    expect(value(measure([evidence(grid, { performance: poor })]).count).value).toBeGreaterThan(55);
  });

  it('counts cut cavities but takes no size from them', () => {
    const q = measure([evidence([...grid, disc(2, 400, 4, true)])]);
    expect(value(q.count).detected).toBe(41);
    expect(value(q.meanDiameterNm).detected).toBeCloseTo(10, 9);
  });

  it('weights whole cavities by how often the frame would have cut them', () => {
    const q = measure([evidence([disc(400, 400, 20), disc(500, 400, 400)], { width: 800, height: 800 })]);
    const [small, large] = [1 / 0.975 ** 2, 1 / 0.5 ** 2];
    expect(value(q.meanDiameterNm).detected).toBeCloseTo((10 * small + 200 * large) / (small + large), 9);
  });

  it('says why a number is not available', () => {
    const none = measure([evidence([])]);
    expect(none.meanDiameterNm).toEqual({ reason: 'No cavity was detected.' });
    expect(value(none.count)).toMatchObject({ detected: 0, value: 0 });
    const unscaled = measure([evidence(grid)], { ...scale, nmPerPixel: null });
    expect(unscaled.arealDensity).toEqual({ reason: 'The pixel size is unknown.' });
    expect(value(unscaled.heywood).detected).toBeCloseTo(1.02, 9);
    const foilless = measure([evidence(grid)], { ...scale, thicknessNm: null });
    expect(foilless.swellingPercent).toEqual({ reason: 'The foil thickness is unknown.' });
    expect(measure([]).count).toEqual({ reason: 'No image could be measured.' });
  });

  it('gives no interval without calibrated probabilities', () => {
    const foreign = evidence(
      grid.map((c) => ({ ...c, probability: NaN })),
      { performance: null },
    );
    expect(value(measure([foreign]).count)).toMatchObject({ value: 40, low: null, high: null });
  });
});

describe('quantities of a folder', () => {
  it('adds counts and weights sizes by cavities', () => {
    const q = measure([evidence(grid), evidence([disc(500, 400, 40)])]);
    expect(value(q.count).detected).toBe(41);
    expect(value(q.arealDensity).detected).toBeCloseTo((1e4 * 41) / (2 * 1000 * 800 * 0.25), 9);
    const weight = (d: number) => 1 / ((1 - d / 1000) * (1 - d / 800));
    const expected = (40 * weight(20) * 10 + weight(40) * 20) / (40 * weight(20) + weight(40));
    expect(value(q.meanDiameterNm).detected).toBeCloseTo(expected, 9);
  });

  it('has counting statistics in the material, not in the frames', () => {
    const frame = value(measure([evidence(grid)]).arealDensity);
    const material = value(measure([evidence(grid)], scale, 'material').arealDensity);
    const relative = (q: Quantity) => (q.high! - q.low!) / q.value;
    // 90 % of a Poisson number of 40: ±1.645 / √40.
    expect(relative(material)).toBeGreaterThan(0.4);
    expect(relative(material)).toBeLessThan(0.7);
    expect(relative(frame)).toBeLessThan(0.2);
    expect(material.causes.countingStatistics!).toBeGreaterThan(0.5);
    expect(frame.causes.countingStatistics ?? 0).toBeLessThan(1e-9);
  });

  it('includes the scatter between images', () => {
    const unlike = Array.from({ length: 12 }, (_, i) => evidence(grid.slice(0, i % 2 ? 40 : 2)));
    const relative = (sampling: Sampling) => {
      const q = value(measure(unlike, scale, sampling).arealDensity);
      return (q.high! - q.low!) / q.value;
    };
    expect(relative('images')).toBeGreaterThan(1.5 * relative('material'));
  });
});

describe('parts of the simulation', () => {
  it('shifts probabilities so that they sum to the precision', () => {
    const p = [0.99, 0.9, 0.6, 0.3];
    const of = membership(p);
    for (const precision of [0, 0.25, 0.5, 0.75, 1]) {
      const shifted = p.map((_, i) => of(precision, i));
      expect(shifted.reduce((a, b) => a + b, 0)).toBeCloseTo(precision * 4, 3);
      expect([...shifted].sort((a, b) => b - a)).toEqual(shifted);
    }
  });

  it('finds the nearest neighbours that trying all pairs finds', () => {
    const random = createRandom(3);
    const centres = Float64Array.from({ length: 120 }, () => random.uniform(0, 300));
    const nearest = Array.from({ length: 60 }, (_, i) => {
      const [x, y] = [centres[2 * i]!, centres[2 * i + 1]!];
      const d = Math.min(...Array.from({ length: 60 }, (_, j) => (j === i ? Infinity : Math.hypot(centres[2 * j]! - x, centres[2 * j + 1]! - y)))); // prettier-ignore
      return { d, inside: d <= Math.min(x, y, 300 - x, 300 - y) };
    }).filter((n) => n.inside);
    const { mean, n } = edgeFreeDistance(centres, 60, 300, 300);
    expect(n).toBe(nearest.length);
    expect(mean).toBeCloseTo(nearest.reduce((s, v) => s + v.d, 0) / n, 9);
  });

  it('says the causes in words', () => {
    const fractions = causeFractions({ thickness: 61, missedCavities: 22, outlines: 17 });
    expect(fractions.thickness).toBeCloseTo(0.61, 9);
    expect(causesInWords(fractions)).toBe('most of it from foil thickness (61 %) and missed cavities (22 %)');
    expect(causesInWords({})).toBe('');
  });
});

it('expects fewer unseen cavities in a frame that has room for fewer, and as many in any larger one', () => {
  const unseen = (width: number, height: number) =>
    value(measure([evidence([], { width, height, performance: null })]).count);
  const [whole, larger, small, tiny] = [unseen(512, 512), unseen(2000, 2000), unseen(128, 128), unseen(16, 16)];
  expect(larger).toMatchObject({ low: whole.low, high: whole.high });
  expect(whole.high).toBeGreaterThan(15);
  expect(small.high!).toBeLessThan(whole.high! / 8);
  expect(tiny.high).toBe(0);
});
