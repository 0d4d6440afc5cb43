import { describe, expect, it } from 'vitest';
import {
  compressBright,
  fresnelProfile,
  intensityAt,
  publishedFoil,
  visibleEdge,
} from '../../../server/src/core/synthetic/fresnel';

const least = (values: Float64Array, from: number): number =>
  values.reduce((best, value, i) => (i >= from && value < values[best]! ? i : best), from);

describe('fresnelProfile', () => {
  it('has its minimum at the edge in underfocus', () => {
    const { intensity } = fresnelProfile(10, -1000);
    const at = least(intensity, 0);
    expect(at / 100).toBeCloseTo(1.03, 1);
    expect(intensity[at]).toBeCloseTo(0.56, 1);
    expect(intensity[0]).toBeGreaterThan(2);
  });

  it('inverts with focus', () => {
    const under = fresnelProfile(1, -1000);
    const over = fresnelProfile(1, 1000);
    expect(under.intensity[0]).toBeGreaterThan(1.3);
    expect(over.intensity[0]).toBeLessThan(0.8);
    expect(intensityAt(under, 1.3)).toBeLessThan(1);
    expect(intensityAt(over, 1.3)).toBeGreaterThan(1);
  });

  it('moves the visible edge of small cavities outward', () => {
    const edge = (r0: number) =>
      visibleEdge(fresnelProfile(r0, -1000, { reachNm: 2.5 * r0, points: 251 }), r0, -1000) / r0;
    expect(edge(1)).toBeGreaterThan(1.1);
    expect(edge(2)).toBeGreaterThan(1.03);
    expect(edge(20)).toBeGreaterThan(0.95);
    expect(edge(20)).toBeLessThan(1.05);
    expect(edge(2)).toBeGreaterThan(edge(10));
  });

  it('tends to the background far outside, and everywhere without phase or absorption', () => {
    expect(fresnelProfile(5, -800, { reachNm: 40, points: 81 }).intensity[80]).toBeCloseTo(1, 1);
    const nothing = fresnelProfile(5, -800, { reachNm: 7.5, points: 151 }, { phasePerNm: 0, absorptionPerNm: 0 });
    for (const value of nothing.intensity) expect(value).toBeCloseTo(1, 9);
  });

  it('brightens the centre by the absorption that the chord saves', () => {
    const { intensity } = fresnelProfile(30, -300);
    const expected = Math.exp(60 * publishedFoil.absorptionPerNm);
    expect(Math.abs(intensity[10]! / expected - 1)).toBeLessThan(0.05);
  });

  it('compresses what is too bright for a foil, and nothing else', () => {
    expect(compressBright(0.4)).toBe(0.4);
    expect(compressBright(1.8)).toBeCloseTo(1.8);
    expect(compressBright(3)).toBeGreaterThan(compressBright(2.5));
    expect(compressBright(29)).toBeLessThanOrEqual(2.6);
  });
});
