import { compressCounts, type Rle } from './rle';

/** Polygons are rasterized on a grid this many times finer than the pixels. */
const scale = 5;

/**
 * The pixels inside a polygon, exactly as COCO rasterizes it (cocoapi, common/maskApi.c, rleFrPoly).
 * @param xy x0, y0, x1, y1, … in pixels, at least three points
 */
export function polygonRle(xy: readonly number[], width: number, height: number): Rle {
  const points = xy.length >> 1;
  // Truncated as by a C cast to int.
  const x = Array.from({ length: points + 1 }, (_, i) => Math.trunc(scale * xy[(i % points) * 2]! + 0.5));
  const y = Array.from({ length: points + 1 }, (_, i) => Math.trunc(scale * xy[(i % points) * 2 + 1]! + 0.5));
  const outline: GridPoints = { u: [], v: [] };
  for (let i = 0; i < points; i++) addLine(outline, [x[i]!, y[i]!], [x[i + 1]!, y[i + 1]!]);
  const { u, v } = outline;
  const positions: number[] = [];
  for (let j = 1; j < u.length; j++) {
    if (u[j] === u[j - 1]) continue;
    const column = (Math.min(u[j]!, u[j - 1]!) + 0.5) / scale - 0.5;
    if (Math.floor(column) !== column || column < 0 || column > width - 1) continue;
    const row = (Math.min(v[j]!, v[j - 1]!) + 0.5) / scale - 0.5;
    positions.push(column * height + Math.ceil(Math.min(height, Math.max(0, row))));
  }
  positions.push(width * height);
  positions.sort((a, b) => a - b);
  const runs = positions.map((p, i) => p - (positions[i - 1] ?? 0));
  const counts = [runs[0]!];
  for (let j = 1; j < runs.length;)
    if (runs[j]! > 0) counts.push(runs[j++]!);
    else if (++j < runs.length) counts[counts.length - 1]! += runs[j++]!;
  return { size: [height, width], counts: compressCounts(counts) };
}

/** Points of the finer grid: columns and rows. */
interface GridPoints {
  readonly u: number[];
  readonly v: number[];
}

/** Appends the grid points of a line. */
function addLine({ u, v }: GridPoints, from: readonly [number, number], to: readonly [number, number]): void {
  let [[xs, ys], [xe, ye]] = [from, to];
  const [dx, dy] = [Math.abs(xe - xs), Math.abs(ys - ye)];
  const flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
  if (flip) [xs, xe, ys, ye] = [xe, xs, ye, ys];
  const slope = dx >= dy ? (ye - ys) / dx : (xe - xs) / dy;
  const length = Math.max(dx, dy);
  for (let d = 0; d <= length; d++) {
    const t = flip ? length - d : d;
    if (dx >= dy) {
      u.push(t + xs);
      // The slope of a line of length 0 is NaN.
      v.push(length === 0 ? ys : Math.trunc(ys + slope * t + 0.5));
    } else {
      v.push(t + ys);
      u.push(Math.trunc(xs + slope * t + 0.5));
    }
  }
}
