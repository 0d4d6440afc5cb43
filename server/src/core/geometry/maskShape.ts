import { convexHull, polygonArea, polygonPerimeter } from './convexHull';
import { feretDiameters } from './feret';
import { columnSpans, type Rle } from './rle';

/** Size and shape of one mask; lengths in pixels, areas in square pixels. */
export interface MaskShape {
  /** Number of mask pixels. */
  readonly area: number;
  /** Diameter of the circle of equal area, 2 √(area / π); scikit-image `equivalent_diameter_area`. */
  readonly equivalentDiameter: number;
  /** Feret diameters of the hull of the pixels' corners, as ImageJ measures them. */
  readonly feretMax: number;
  readonly feretMin: number;
  /** Perimeter of the convex hull. */
  readonly hullPerimeter: number;
  readonly hullArea: number;
  /** Heywood circularity: hull perimeter / (2 √(π hull area)); 1 for a circle, larger for other shapes (Li et al. 2025). */
  readonly heywood: number;
  /** Diameter as the published scripts define it: 2 √(smallest × largest distance of the hull's corners from their mean). */
  readonly publishedDiameter: number;
  /** Mean of the pixels' centres. */
  readonly x: number;
  readonly y: number;
  /** Whether a mask pixel lies on the outermost row or column of the image: the cavity may be cut. */
  readonly atEdge: boolean;
}

/** Measures a mask from its runs, without decoding the image; null for an empty mask. */
export function maskShape(mask: Rle): MaskShape | null {
  const [height, width] = mask.size;
  const corners: number[] = [];
  let [area, sumX, sumY] = [0, 0, 0];
  let atEdge = false;
  for (const [x, y0, y1] of columnSpans(mask)) {
    const n = y1 - y0;
    area += n;
    sumX += n * (x + 0.5);
    sumY += (n * (y0 + y1)) / 2;
    corners.push(x, y0, x + 1, y0, x, y1, x + 1, y1);
    if (x === 0 || y0 === 0 || x === width - 1 || y1 === height) atEdge = true;
  }
  if (area === 0) return null;
  const hull = convexHull(corners);
  const [hullArea, hullPerimeter] = [polygonArea(hull), polygonPerimeter(hull)];
  const feret = feretDiameters(hull);
  return {
    area,
    equivalentDiameter: 2 * Math.sqrt(area / Math.PI),
    feretMax: feret.max,
    feretMin: feret.min,
    hullPerimeter,
    hullArea,
    heywood: hullPerimeter / (2 * Math.sqrt(Math.PI * hullArea)),
    publishedDiameter: publishedDiameter(hull),
    x: sumX / area,
    y: sumY / area,
    atEdge,
  };
}

function publishedDiameter(hull: readonly number[]): number {
  const n = hull.length / 2;
  let [cx, cy] = [0, 0];
  for (let k = 0; k < hull.length; k += 2) {
    cx += hull[k]! / n;
    cy += hull[k + 1]! / n;
  }
  let [near, far] = [Infinity, 0];
  for (let k = 0; k < hull.length; k += 2) {
    const distance = Math.hypot(hull[k]! - cx, hull[k + 1]! - cy);
    near = Math.min(near, distance);
    far = Math.max(far, distance);
  }
  return 2 * Math.sqrt(near * far);
}
