import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { maskShape } from '../../../server/src/core/geometry/maskShape';
import { compressCounts } from '../../../server/src/core/geometry/rle';

// scikit-image 0.19 and scipy 1.10 (generate.py). Tolerance 1e-9 of the value; scikit-image's own Feret diameter is
// that of a filled hull between midpoints of pixel sides, within one and a half pixels of ours between pixel corners.
interface Case extends Record<string, unknown> {
  size: [number, number];
  counts: number[];
  skimageFeretMax: number;
}
const cases = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'expected.json'), 'utf8')) as Case[];
const names = [
  'area',
  'equivalentDiameter',
  'feretMax',
  'feretMin',
  'hullPerimeter',
  'hullArea',
  'publishedDiameter',
  'x',
  'y',
] as const;

describe('size and shape of masks against scikit-image and scipy', () => {
  it.each(cases.map((c, i) => [i, c] as const))('mask %i', (_, c) => {
    const shape = maskShape({ size: c.size, counts: compressCounts(c.counts) })!;
    for (const name of names) {
      const expected = c[name] as number;
      expect(Math.abs(shape[name] - expected), name).toBeLessThanOrEqual(1e-9 * Math.max(1, expected));
    }
    expect(Math.abs(shape.feretMax - c.skimageFeretMax)).toBeLessThan(1.5);
    expect(shape.heywood).toBeCloseTo(shape.hullPerimeter / (2 * Math.sqrt(Math.PI * shape.hullArea)), 12);
  });
});
