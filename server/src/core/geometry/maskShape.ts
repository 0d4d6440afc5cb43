import { polygonArea, polygonPerimeter, sortedHull } from './convexHull';
import { feretDiameters } from './feret';
import { squarePixels, type PixelShape } from './pixelShape';
import { columnSpans, type Rle } from './rle';

/** Size and shape of one mask; lengths in pixels, areas in square pixels. Where pixels are not square, in the square ones of equal area. */
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

/**
 * Measures a mask from its runs, without decoding the image; null for an empty mask.
 * @param pixel shape of the pixels, where they are not square
 */
export function maskShape(mask: Rle, pixel: PixelShape = squarePixels): MaskShape | null {
  const [height, width] = mask.size;
  const spans = columnSpans(mask);
  let [area, sumX, sumY] = [0, 0, 0];
  let atEdge = false;
  for (const [x, y0, y1] of spans) {
    const n = y1 - y0;
    area += n;
    sumX += n * (x + 0.5);
    sumY += (n * (y0 + y1)) / 2;
    if (x === 0 || y0 === 0 || x === width - 1 || y1 === height) atEdge = true;
  }
  if (area === 0) return null;
  const hull = sortedHull(extremeCorners(spans, pixel));
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
    x: (sumX / area) * pixel.x,
    y: (sumY / area) * pixel.y,
    atEdge,
  };
}

/** Highest and lowest corner of the mask's pixels on each line between columns, from left to right. */
function extremeCorners(spans: readonly (readonly [x: number, y0: number, y1: number])[], pixel: PixelShape): number[] {
  const corners: number[] = [];
  const add = (x: number, low: number, high: number) =>
    corners.push(x * pixel.x, low * pixel.y, x * pixel.x, high * pixel.y);
  // The previous column; −2 before the first one. Its right side is added when the next column is known.
  let [column, low, high] = [-2, Infinity, -Infinity];
  for (let i = 0; i < spans.length;) {
    const x = spans[i]![0];
    let [top, bottom] = [Infinity, -Infinity];
    for (; i < spans.length && spans[i]![0] === x; i++) {
      top = Math.min(top, spans[i]![1]);
      bottom = Math.max(bottom, spans[i]![2]);
    }
    if (column === x - 1) add(x, Math.min(low, top), Math.max(high, bottom));
    else {
      if (column >= 0) add(column + 1, low, high);
      add(x, top, bottom);
    }
    [column, low, high] = [x, top, bottom];
  }
  add(column + 1, low, high);
  return corners;
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
