import { describe, expect, it } from 'vitest';
import { convexHull } from '../../../server/src/core/geometry/convexHull';
import { maskShape } from '../../../server/src/core/geometry/maskShape';
import { encodeWindow } from '../../../server/src/core/geometry/rle';

/** A mask inside a window (x, y, width, height) of a 40 × 30 image. */
function mask(
  [x, y, width, height]: readonly [number, number, number, number],
  inside = (_x: number, _y: number) => true,
) {
  const bits = Uint8Array.from({ length: width * height }, (_, i) => Number(inside(i % width, Math.floor(i / width))));
  return encodeWindow(bits, { x, y, width, height }, { width: 40, height: 30 });
}

describe('size and shape of a mask', () => {
  it('measures a rectangle by hand', () => {
    const shape = maskShape(mask([5, 6, 4, 3]))!;
    expect(shape).toMatchObject({ area: 12, feretMax: 5, feretMin: 3, hullPerimeter: 14, hullArea: 12, x: 7, y: 7.5 });
    expect(shape.equivalentDiameter).toBeCloseTo(2 * Math.sqrt(12 / Math.PI), 12);
    expect(shape.publishedDiameter).toBeCloseTo(5, 12);
    expect(shape.atEdge).toBe(false);
  });

  it('gives a disc a circularity near one and the same diameter by every definition', () => {
    const shape = maskShape(mask([3, 3, 24, 24], (x, y) => Math.hypot(x - 11.5, y - 11.5) <= 11.5))!;
    expect(shape.heywood).toBeGreaterThan(1);
    // The hull of pixel corners has fewer corners than the disc.
    expect(shape.heywood).toBeLessThan(1.02);
    for (const d of [shape.equivalentDiameter, shape.feretMax, shape.feretMin, shape.publishedDiameter])
      expect(Math.abs(d / 23.3 - 1)).toBeLessThan(0.06);
  });

  it.each([
    ['left', 0, 5],
    ['top', 5, 0],
    ['right', 36, 5],
    ['bottom', 5, 27],
  ])('knows a mask at the %s edge', (_, x, y) => {
    expect(maskShape(mask([x, y, 4, 3]))!.atEdge).toBe(true);
  });

  it('has no shape for an empty mask', () => {
    expect(maskShape(mask([5, 5, 3, 3], () => false))).toBeNull();
  });

  it('leaves points on the hull’s edges out, and survives points in one place', () => {
    expect(convexHull([0, 0, 1, 0, 2, 0, 2, 2, 0, 2, 1, 1])).toHaveLength(8);
    expect(convexHull([3, 4, 3, 4])).toEqual([3, 4]);
  });
});
