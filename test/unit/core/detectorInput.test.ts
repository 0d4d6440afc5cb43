import { describe, expect, it } from 'vitest';
import { detectorInput } from '../../../server/src/core/image/detectorInput';
import type { Raster } from '../../../server/src/core/image/raster';
import { cavityInput } from '../../support/cavityInput';

const gray = (width: number, height: number): Raster => ({
  width,
  height,
  channels: 1,
  bitDepth: 8,
  data: new Uint8Array(width * height).map((_, i) => i % 251),
});
const input = cavityInput({ minSize: 70, keepSize: [60, 100], maxSize: 200 });

describe('the input of a network that normalizes its image', () => {
  it.each([
    ['small images are enlarged', [50, 60], [70, 84]],
    ['images of a good size stay as they are', [60, 90], [60, 90]],
    ['large ones are shrunk to the upper bound', [150, 120], [125, 100]],
    ['the longest side has its limit', [80, 400], [40, 200]],
  ] as const)('%s', (_, [width, height], [toWidth, toHeight]) => {
    const result = detectorInput(gray(width, height), input);
    expect([result.width, result.height]).toEqual([toWidth, toHeight]);
    expect(result.dims).toEqual([1, 1, toHeight, toWidth]);
    expect(result.data).toHaveLength(toWidth * toHeight);
  });

  it('keeps the pixels of an image that is not resized', () =>
    expect(detectorInput(gray(64, 80), input).data).toEqual(gray(64, 80).data));

  it('mirrors and scales a further view', () => {
    const plain = detectorInput(gray(64, 80), input);
    const view = detectorInput(gray(64, 80), input, { flip: true, scale: 1 });
    expect([...view.data.slice(0, 64)]).toEqual([...plain.data.slice(0, 64)].reverse());
    const half = detectorInput(gray(64, 80), input, { flip: false, scale: 0.5 });
    expect([half.width, half.height]).toEqual([32, 40]);
  });
});
