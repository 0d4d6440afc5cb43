import type { Instances } from '../detection/instances';
import { boxAt } from '../geometry/box';
import { maskShape } from '../geometry/maskShape';
import { squarePixels, type PixelShape } from '../geometry/pixelShape';

/** Measurements of one detection or rejected candidate; lengths in pixels, or in square pixels' sides of equal area where pixels are not square. */
export interface MeasuredCavity {
  /** Centre. */
  readonly x: number;
  readonly y: number;
  /** Diameter of the circle of equal area. */
  readonly diameter: number;
  readonly feretMax: number;
  readonly feretMin: number;
  readonly heywood: number;
  readonly publishedDiameter: number;
  readonly area: number;
  /** Whether it touches the frame, so that size and shape are those of its visible part. */
  readonly atEdge: boolean;
  /** Probability of being a true cavity, 0–1; NaN where the model has no calibration. */
  readonly probability: number;
  /** Whether size and shape come from a mask; otherwise from the ellipse inscribed in the box. */
  readonly fromMask: boolean;
}

/**
 * Measures every instance by its mask, or by its box if the mask is absent or empty.
 * @param pixel shape of the pixels, where they are not square
 */
export function measureCavities(found: Instances, pixel: PixelShape = squarePixels): MeasuredCavity[] {
  return Array.from(found.scores, (_, i) => {
    const mask = found.masks?.[i];
    const shape = mask ? maskShape(mask, pixel) : null;
    const probability = found.probabilities?.[i] ?? NaN;
    return shape
      ? { ...shape, diameter: shape.equivalentDiameter, probability, fromMask: true }
      : fromBox(found, i, pixel);
  });
}

function fromBox(found: Instances, i: number, pixel: PixelShape): MeasuredCavity {
  const [x0, y0, x1, y1] = boxAt(found.boxes, i);
  const [w, h] = [Math.max(1, x1 - x0) * pixel.x, Math.max(1, y1 - y0) * pixel.y];
  const { width, height } = found.imageSize;
  return {
    x: ((x0 + x1) / 2) * pixel.x,
    y: ((y0 + y1) / 2) * pixel.y,
    diameter: Math.sqrt(w * h),
    feretMax: Math.max(w, h),
    feretMin: Math.min(w, h),
    heywood: ellipsePerimeter(w / 2, h / 2) / (Math.PI * Math.sqrt(w * h)),
    publishedDiameter: Math.sqrt(w * h),
    area: (Math.PI / 4) * w * h,
    atEdge: x0 < 1 || y0 < 1 || x1 > width - 1 || y1 > height - 1,
    probability: found.probabilities?.[i] ?? NaN,
    fromMask: false,
  };
}

/** Ramanujan's approximation (1914), relative error below 1e-4 up to an aspect of 4. */
const ellipsePerimeter = (a: number, b: number): number =>
  Math.PI * (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b)));
