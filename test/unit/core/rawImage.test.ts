import { describe, expect, it } from 'vitest';
import { cropRaw } from '../../../server/src/core/image/cropRaw';
import { applyOrientation } from '../../../server/src/core/image/orientation';
import { rawStatistics, toRaster, type RawImage } from '../../../server/src/core/image/rawImage';
import { zerosLike } from '../../../server/src/core/image/rawData';
import { typedSamples } from '../../../server/src/core/image/typedSamples';

const gray = (data: RawImage['data'], dtype: RawImage['dtype'], more: Partial<RawImage> = {}): RawImage => ({
  width: data.length,
  height: 1,
  channels: 1,
  dtype,
  data,
  colour: 'gray',
  ...more,
});

it('makes plain arrays of bytes that were read as a Buffer', () => {
  const bytes = Buffer.from([1, 9, 2, 9, 3, 9, 4, 9]);
  const data = typedSamples(bytes, 'uint8');
  const raw: RawImage = { width: 2, height: 2, channels: 2, dtype: 'uint8', data, colour: 'gray' };
  const results = [
    data,
    toRaster(raw).data,
    applyOrientation(raw, 3).data,
    cropRaw(raw, { x: 0, y: 0, width: 1, height: 2 }).data,
  ];
  expect(results.map((r) => [r.constructor.name, ...r])).toEqual([
    ['Uint8Array', 1, 9, 2, 9, 3, 9, 4, 9],
    ['Uint8Array', 1, 2, 3, 4],
    ['Uint8Array', 4, 9, 3, 9, 2, 9, 1, 9],
    ['Uint8Array', 1, 9, 3, 9],
  ]);
  expect(zerosLike(bytes, 2).constructor).toBe(Uint8Array);
});

describe('toRaster', () => {
  it('keeps unsigned values, shifts signed ones, stretches 0 and 1 and few bits', () => {
    expect([...toRaster(gray(Uint16Array.of(0, 65535), 'uint16')).data]).toEqual([0, 65535]);
    expect([...toRaster(gray(Int16Array.of(-32768, 0, 32767), 'int16')).data]).toEqual([0, 32768, 65535]);
    expect([...toRaster(gray(Int8Array.of(-128, 0, 127), 'int8')).data]).toEqual([0, 128, 255]);
    expect([...toRaster(gray(Uint8Array.of(0, 1), 'bool')).data]).toEqual([0, 255]);
    expect([...toRaster(gray(Uint8Array.of(0, 5, 15), 'uint8', { bits: 4 })).data]).toEqual([0, 85, 255]);
  });

  it('fills values without a measurement with the smallest measured one', () => {
    const lowest = -3.4028234663852886e38;
    expect([...toRaster(gray(Float32Array.of(lowest, 3, NaN, 2, Infinity), 'float32')).data]).toEqual([2, 3, 2, 2, 2]);
    expect([...toRaster(gray(Float64Array.of(-1.7976931348623157e308, 7, 5), 'float64')).data]).toEqual([5, 7, 5]);
    expect([...toRaster(gray(Float32Array.of(-9999, 3, 2), 'float32', { noData: -9999 })).data]).toEqual([2, 3, 2]);
    expect([...toRaster(gray(Uint16Array.of(65535, 3, 2), 'uint16', { noData: 65535 })).data]).toEqual([2, 3, 2]);
    expect([...toRaster(gray(Int16Array.of(-32768, 3, 2), 'int16', { noData: -32768 })).data]).toEqual([
      32770, 32771, 32770,
    ]);
    expect([...toRaster(gray(Uint8Array.of(0, 0, 0), 'uint8', { noData: 0 })).data]).toEqual([0, 0, 0]);
    expect([...toRaster(gray(Float32Array.of(NaN, NaN), 'float32')).data]).toEqual([0, 0]);
  });

  it('drops an alpha channel of a Buffer without its deprecated constructor', () => {
    const { data } = toRaster({ ...gray(Buffer.from([7, 255, 9, 255]), 'uint8'), width: 2, channels: 2 });
    expect([data.constructor, ...data]).toEqual([Uint8Array, 7, 9]);
  });

  it('does not change the values it was given', () => {
    const data = Float32Array.of(NaN, 1);
    toRaster(gray(data, 'float32'));
    expect(data[0]).toBeNaN();
  });

  it('makes white 0 black, drops alpha, and joins equal colours', () => {
    expect([...toRaster(gray(Uint8Array.of(0, 200), 'uint8', { colour: 'inverted' })).data]).toEqual([255, 55]);
    const pair = { width: 2, channels: 2 } as const;
    expect([...toRaster(gray(Uint8Array.of(9, 255, 8, 0), 'uint8', pair)).data]).toEqual([9, 8]);
    const rgba = { width: 1, channels: 4, colour: 'rgb' } as const;
    expect(toRaster(gray(Uint8Array.of(7, 7, 7, 9), 'uint8', rgba))).toMatchObject({
      channels: 1,
      data: Uint8Array.of(7),
    });
    expect(toRaster(gray(Uint8Array.of(7, 8, 7, 9), 'uint8', rgba))).toMatchObject({ channels: 3 });
    const palette = { colour: 'palette', palette: Uint8Array.of(1, 2, 3, 50, 50, 50) } as const;
    expect([...toRaster(gray(Uint8Array.of(1, 0), 'uint8', palette)).data]).toEqual([50, 50, 50, 1, 2, 3]);
  });
});

it('statistics ignore values that are not finite', () => {
  expect(rawStatistics(gray(Float32Array.of(NaN, 1, 3), 'float32'))).toEqual({ min: 1, max: 3, mean: 2 });
  expect(rawStatistics(gray(Float32Array.of(NaN), 'float32'))).toBeNull();
});

// Values of numpy: fliplr, rot90 twice, flipud, transpose, and transpose with flips.
it.each([
  [1, 3, [1, 2, 3, 4, 5, 6]],
  [2, 3, [3, 2, 1, 6, 5, 4]],
  [3, 3, [6, 5, 4, 3, 2, 1]],
  [4, 3, [4, 5, 6, 1, 2, 3]],
  [5, 2, [1, 4, 2, 5, 3, 6]],
  [6, 2, [4, 1, 5, 2, 6, 3]],
  [7, 2, [6, 3, 5, 2, 4, 1]],
  [8, 2, [3, 6, 2, 5, 1, 4]],
])('orientation %d', (orientation, width, values) => {
  const turned = applyOrientation(gray(Uint8Array.of(1, 2, 3, 4, 5, 6), 'uint8', { width: 3, height: 2 }), orientation);
  expect(turned.width).toBe(width);
  expect([...turned.data]).toEqual(values);
});
