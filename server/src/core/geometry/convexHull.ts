/**
 * Convex hull of points by Andrew's monotone chain (1979).
 * @param points x, y pairs, at least one pair
 * @returns the corners as x, y pairs in order around the hull, collinear points left out; one or two points for
 * degenerate input
 */
export function convexHull(points: ArrayLike<number>): number[] {
  const order = Array.from({ length: points.length / 2 }, (_, i) => i).sort(
    (a, b) => points[2 * a]! - points[2 * b]! || points[2 * a + 1]! - points[2 * b + 1]!,
  );
  return sortedHull(Float64Array.from(order.flatMap((i) => [points[2 * i]!, points[2 * i + 1]!])));
}

/**
 * {@link convexHull} of points in ascending order of x, then of y. Masks have tens of thousands of such points per image,
 * so that sorting them would take most of the time.
 */
export function sortedHull(points: ArrayLike<number>): number[] {
  const n = points.length / 2;
  const chain = (first: number, step: 1 | -1): number[] => {
    const hull: number[] = [];
    for (let k = 0, i = first; k < n; k++, i += step) {
      const x = points[2 * i]!;
      const y = points[2 * i + 1]!;
      while (hull.length >= 4 && turn(hull, x, y) <= 0) hull.length -= 2;
      const end = hull.length;
      if (end < 2 || hull[end - 2] !== x || hull[end - 1] !== y) hull.push(x, y);
    }
    return hull;
  };
  const lower = chain(0, 1);
  const upper = chain(n - 1, -1);
  // The last point of each chain is the first of the other.
  const joined = [...lower.slice(0, -2), ...upper.slice(0, -2)];
  return joined.length ? joined : lower;
}

/** Cross product of the last edge of `hull` and the vector to (x, y); its sign is the direction of the turn. */
function turn(hull: readonly number[], x: number, y: number): number {
  const n = hull.length;
  const ax = hull[n - 4]!;
  const ay = hull[n - 3]!;
  return (hull[n - 2]! - ax) * (y - ay) - (hull[n - 1]! - ay) * (x - ax);
}

/** Area of a simple polygon of x, y pairs (shoelace formula), in square pixels. */
export function polygonArea(polygon: readonly number[]): number {
  let twice = 0;
  forEachEdge(polygon, (x0, y0, x1, y1) => (twice += x0 * y1 - x1 * y0));
  return Math.abs(twice) / 2;
}

/** Length of the closed outline of a polygon of x, y pairs, in pixels. */
export function polygonPerimeter(polygon: readonly number[]): number {
  let length = 0;
  forEachEdge(polygon, (x0, y0, x1, y1) => (length += Math.hypot(x1 - x0, y1 - y0)));
  return length;
}

/** Visits the edges of a closed polygon. */
export function forEachEdge(
  polygon: readonly number[],
  visit: (x0: number, y0: number, x1: number, y1: number) => void,
): void {
  const n = polygon.length;
  for (let k = 0; k < n; k += 2) visit(polygon[k]!, polygon[k + 1]!, polygon[(k + 2) % n]!, polygon[(k + 3) % n]!);
}
