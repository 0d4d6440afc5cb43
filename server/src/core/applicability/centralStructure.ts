import { highPass, type CoarseCells } from './coarseCells';

/**
 * Similarity of the image to itself rotated by 180 degrees: the highest correlation over centres up to a tenth of the side
 * from the image's centre. By Friedel's law opposite reflections of a diffraction pattern are equal, and a power spectrum is
 * exactly symmetric about zero frequency. The disc of an eighth of the side about the centre is left out, because
 * one round cavity in the middle is symmetric too.
 * @returns a correlation from −1 to 1
 */
export function pointSymmetry(cells: CoarseCells): number {
  const { n } = cells;
  const z = highPass(cells);
  const squares = runningSquares(z, n);
  const turned = z.slice().reverse(); // so that a row and its opposite row are both read forward
  const reach = Math.round(n / 5);
  let best = -1;
  for (let sy = n - 1 - reach; sy <= n - 1 + reach; sy++)
    for (let sx = n - 1 - reach; sx <= n - 1 + reach; sx++)
      best = Math.max(best, symmetryAbout(sx, sy, { n, z, turned, squares }));
  return best;
}

interface TurnedCells {
  readonly n: number;
  readonly z: Float64Array;
  /** The cells in reverse order, that is rotated by 180 degrees about the centre. */
  readonly turned: Float64Array;
  /** Cumulative sums of squares of each row, n + 1 values per row. */
  readonly squares: Float64Array;
}

/** Correlation of the cells with themselves rotated by 180 degrees about (sx / 2, sy / 2); −1 where they do not vary. */
function symmetryAbout(sx: number, sy: number, cells: TurnedCells): number {
  const { n, squares } = cells;
  const hole = (n / 4) ** 2; // in doubled coordinates
  const left = Math.max(0, sx - n + 1);
  const right = Math.min(n - 1, sx);
  let product = 0;
  let square = 0;
  // Each pair is counted once: the upper half of the rows that have an opposite row.
  for (let y = Math.max(0, sy - n + 1); 2 * y <= sy; y++) {
    const dy = 2 * y - sy;
    const across = hole - dy * dy;
    // The cells of the hole are those with (2x − sx)² ≤ across.
    const half = across < 0 ? -1 : Math.sqrt(across);
    const holeLeft = half < 0 ? right + 1 : Math.ceil((sx - half) / 2);
    const holeRight = half < 0 ? right + 1 : Math.floor((sx + half) / 2) + 1;
    const own = y * n;
    const partner = (n - 1 - sy + y) * n + n - 1 - sx;
    const sums = y * (n + 1);
    const partnerSums = (sy - y) * (n + 1);
    for (let part = 0; part < 2; part++) {
      const from = part === 0 ? left : Math.max(left, holeRight);
      const to = part === 0 ? Math.min(right + 1, holeLeft) : right + 1;
      if (from >= to) continue;
      product += dot(cells, own + from, partner + from, to - from);
      square += squares[sums + to]! - squares[sums + from]!;
      square += squares[partnerSums + sx - from + 1]! - squares[partnerSums + sx - to + 1]!;
    }
  }
  return square > 1e-9 ? (2 * product) / square : -1;
}

/** Dot product of cells with rotated cells in four partial sums, which the processor computes in parallel. */
function dot({ z: a, turned: b }: TurnedCells, fromA: number, fromB: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    s0 += a[fromA + i]! * b[fromB + i]!;
    s1 += a[fromA + i + 1]! * b[fromB + i + 1]!;
    s2 += a[fromA + i + 2]! * b[fromB + i + 2]!;
    s3 += a[fromA + i + 3]! * b[fromB + i + 3]!;
  }
  for (; i < count; i++) s0 += a[fromA + i]! * b[fromB + i]!;
  return s0 + s1 + (s2 + s3);
}

function runningSquares(z: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * (n + 1));
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) out[y * (n + 1) + x + 1] = out[y * (n + 1) + x]! + z[y * n + x]! ** 2;
  return out;
}

/**
 * Fraction of the variance of the grey levels that the distance from the image's centre explains, in rings of a
 * twenty-fourth of the side. Diffraction patterns, Kikuchi patterns and power spectra fade from the centre outward.
 * The disc of a third of the side is excluded, because one large cavity in the middle also depends on the distance.
 * @returns 0 to 1; 0 for a blank image
 */
export function radialFraction({ n, values }: CoarseCells): number {
  const rings = 13;
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  let squares = 0;
  for (let y = 0; y < n; y++)
    for (let x = 0; x < n; x++) {
      const radius = Math.hypot(x - (n - 1) / 2, y - (n - 1) / 2);
      if (radius < n / 6) continue;
      const ring = Math.min(rings - 1, Math.floor((radius / (n / 2)) * (rings - 1)));
      const v = values[y * n + x]!;
      sums[ring]! += v;
      counts[ring]!++;
      squares += v * v;
    }
  const count = counts.reduce((a, b) => a + b, 0);
  const common = sums.reduce((a, b) => a + b, 0) ** 2 / count;
  const between = sums.reduce((s, v, i) => s + (counts[i]! > 0 ? (v * v) / counts[i]! : 0), 0);
  return squares - common <= 1e-6 * squares ? 0 : (between - common) / (squares - common);
}
