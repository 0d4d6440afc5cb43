import { forEachEdge } from './convexHull';

export interface FeretDiameters {
  /** Largest distance of two parallel tangents, in pixels: the largest distance of two corners. */
  readonly max: number;
  /** Smallest distance of two parallel tangents, in pixels: one of them lies along an edge (Freeman, Shapira 1975). */
  readonly min: number;
}

/**
 * Feret (caliper) diameters, as ImageJ's "Feret" and "MinFeret".
 * @param hull corners of a convex polygon as x, y pairs
 */
export function feretDiameters(hull: readonly number[]): FeretDiameters {
  let max = 0;
  for (let i = 0; i < hull.length; i += 2)
    for (let j = i + 2; j < hull.length; j += 2)
      max = Math.max(max, Math.hypot(hull[i]! - hull[j]!, hull[i + 1]! - hull[j + 1]!));
  let min = Infinity;
  forEachEdge(hull, (x0, y0, x1, y1) => {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) return;
    let width = 0;
    for (let j = 0; j < hull.length; j += 2)
      width = Math.max(width, Math.abs((x1 - x0) * (hull[j + 1]! - y0) - (y1 - y0) * (hull[j]! - x0)) / length);
    min = Math.min(min, width);
  });
  return { max, min: Number.isFinite(min) ? min : 0 };
}
