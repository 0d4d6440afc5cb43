import { expect, it } from 'vitest';
import { pixelSizeText, sourceText } from '../../../media/preview/pixelSize';
import { pixelSizeOf, type State } from '../../../media/preview/state';

const image = { nmPerPixel: 0.351, nmPerPixelY: 0.7, nmPerPixelSource: 'dm-calibration' } as State['image'];

it('is the one of the estimate, which includes tables and settings, else that of the file', () => {
  expect(pixelSizeOf({ image, estimate: { kind: 'none' } })).toEqual({ x: 0.351, y: 0.7, source: 'dm-calibration' });
  const estimated = { nmPerPixel: 2, nmPerPixelSource: 'sidecar' };
  const done = { kind: 'done', estimate: { image: estimated } } as unknown as State['estimate'];
  expect(pixelSizeOf({ image, estimate: done })).toEqual({ x: 2, y: 2, source: 'sidecar' });
  expect(pixelSizeOf({ image: null, estimate: { kind: 'none' } })).toBeNull();
});

it('says both sizes only where the pixels are not square', () => {
  expect(pixelSizeText({ x: 0.351, y: 0.351 })).toBe('0.351 nm/px');
  expect(pixelSizeText({ x: 1, y: 0.2 })).toBe('1 × 0.2 nm/px (x × y: pixels are not square)');
});

it('has words for every source of the formats', () => {
  for (const source of [
    'tiff-tags',
    'dm-calibration',
    'ser-calibration',
    'mrc-header',
    'emd-metadata',
    'hspy-metadata',
  ])
    expect(sourceText(source), source).toMatch(/^from the file’s /);
  expect(sourceText(null)).toBe('');
});
