import { describe, expect, it } from 'vitest';
import {
  cutTile,
  displayPyramid,
  greyStatistics,
  halve,
  quantizeGray,
} from '../../../server/src/core/image/displayPyramid';
import type { Raster } from '../../../server/src/core/image/raster';

const gray8 = (width: number, height: number, values: number[]): Raster => ({
  width,
  height,
  channels: 1,
  bitDepth: 8,
  data: Uint8Array.from(values),
});

describe('quantizeGray', () => {
  it('keeps 8 and 16 bit values', () => {
    const { level, quantization } = quantizeGray({ ...gray8(2, 1, []), bitDepth: 16, data: Uint16Array.of(7, 60000) });
    expect([...level.data]).toEqual([7, 60000]);
    expect(quantization).toEqual({ low: 0, step: 1 });
  });

  it('spreads floats over 16 bits and shows values that are not finite as the minimum', () => {
    const { level, quantization } = quantizeGray({
      ...gray8(4, 1, []),
      bitDepth: 32,
      data: Float32Array.of(-1, 3, NaN, Infinity),
    });
    expect([...level.data]).toEqual([0, 65535, 0, 0]);
    expect(quantization.low + quantization.step * 65535).toBeCloseTo(3, 6);
  });

  it('shows an image of one float value, and one without any finite value', () => {
    for (const value of [5, NaN]) {
      const { level } = quantizeGray({ ...gray8(2, 1, []), bitDepth: 32, data: Float32Array.of(value, value) });
      expect([...level.data]).toEqual([0, 0]);
    }
  });

  it('turns colour into luma', () => {
    const { level } = quantizeGray({ width: 1, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.of(255, 0, 0) });
    expect([...level.data]).toEqual([76]);
  });
});

describe('displayPyramid', () => {
  it('halves by means, also at odd edges', () => {
    const { width, height, data } = halve({ width: 3, height: 3, data: Uint8Array.of(0, 4, 9, 8, 4, 11, 20, 40, 60) });
    expect([width, height, ...data]).toEqual([2, 2, 4, 10, 30, 60]);
  });

  it('goes down to an overview of at most 1024 pixels', () => {
    const sizes = displayPyramid({ width: 4100, height: 30, data: new Uint8Array(4100 * 30) }).map((l) => l.width);
    expect(sizes).toEqual([4100, 2050, 1025, 513]);
  });

  it('cuts tiles at the edges', () => {
    const { width, height, data } = cutTile({ width: 3, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 2, 0, 2);
    expect([width, height, ...data]).toEqual([1, 2, 3, 6]);
  });
});

describe('greyStatistics', () => {
  it('counts every pixel once and leaves single extreme pixels out of the automatic window', () => {
    const data = new Uint16Array(10_000).fill(500);
    for (let i = 0; i < 5000; i++) data[i] = 400;
    data[0] = 0;
    data[1] = 65535;
    const s = greyStatistics({ width: 100, height: 100, data }, { low: 0, step: 1 });
    expect([s.min, s.max]).toEqual([0, 65535]);
    expect(s.auto).toEqual({ low: 400, high: 500 });
    expect(s.histogram.reduce((a, b) => a + b)).toBe(10_000);
  });

  it('gives a window of one grey value to a flat image', () => {
    const s = greyStatistics({ width: 2, height: 1, data: Uint8Array.of(9, 9) }, { low: 0, step: 1 });
    expect(s.auto).toEqual({ low: 9, high: 10 });
  });
});
