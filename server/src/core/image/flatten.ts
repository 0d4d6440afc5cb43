/** The `cavity-flat2` planes of the embedded detector; defined in models/training/data.py, which this repeats. */

interface Axis {
  readonly n: number;
  readonly cells: number;
  readonly f: number;
  /** Cells on either side that the Gaussian reaches. */
  readonly radius: number;
  /** cells × cells, rows sum to one. */
  readonly blur: Float32Array;
  readonly low: Int32Array;
  readonly fraction: Float32Array;
}

const axes = new Map<string, Axis>();

/** Images of a data set share a few sizes: their axes are kept. */
function axis(n: number, f: number, sigma: number): Axis {
  const key = `${n} ${f} ${sigma}`;
  let known = axes.get(key);
  if (!known) {
    if (axes.size >= 16) axes.clear();
    axes.set(key, (known = createAxis(n, f, sigma)));
  }
  return known;
}

function createAxis(n: number, f: number, sigma: number): Axis {
  const cells = Math.ceil(n / f);
  const s = sigma / f;
  const radius = Math.ceil(3 * s);
  const blur = new Float32Array(cells * cells);
  for (let i = 0; i < cells; i++) {
    let sum = 0;
    for (let j = 0; j < cells; j++) if (Math.abs(i - j) <= radius) sum += Math.exp(-0.5 * ((i - j) / s) ** 2);
    for (let j = 0; j < cells; j++)
      if (Math.abs(i - j) <= radius) blur[i * cells + j] = Math.exp(-0.5 * ((i - j) / s) ** 2) / sum;
  }
  const low = new Int32Array(n);
  const fraction = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const at = Math.min(cells - 1, Math.max(0, (i + 0.5) / f - 0.5));
    low[i] = Math.min(Math.floor(at), Math.max(0, cells - 2));
    fraction[i] = at - low[i]!;
  }
  return { n, cells, f, radius, blur, low, fraction };
}

/** Sums over f × f cells to means. */
function toMeans(sums: Float64Array, w: number, h: number, f: number): Float32Array {
  const cw = Math.ceil(w / f);
  const means = new Float32Array(sums.length);
  for (let cy = 0, i = 0; i < sums.length; cy++)
    for (let cx = 0; cx < cw; cx++, i++)
      means[i] = sums[i]! / ((Math.min(w, (cx + 1) * f) - cx * f) * (Math.min(h, (cy + 1) * f) - cy * f));
  return means;
}

function cellMeans(image: Uint8Array, w: number, h: number, f: number): Float32Array {
  const cw = Math.ceil(w / f);
  const sums = new Float64Array(cw * Math.ceil(h / f));
  for (let y = 0; y < h; y++) {
    const row = Math.floor(y / f) * cw;
    for (let cx = 0, x = 0; cx < cw; cx++) {
      const end = Math.min(w, x + f);
      let sum = 0;
      for (let i = y * w + x; x < end; x++, i++) sum += image[i]!;
      sums[row + cx]! += sum;
    }
  }
  return toMeans(sums, w, h, f);
}

function blurCells(cells: Float32Array, ax: Axis, ay: Axis): Float32Array {
  const half = new Float32Array(cells.length);
  const out = new Float32Array(cells.length);
  const n = ax.cells;
  for (let x = 0; x < n; x++) {
    const from = Math.max(0, x - ax.radius);
    const to = Math.min(n - 1, x + ax.radius);
    for (let y = 0; y < ay.cells; y++) {
      let sum = 0;
      for (let k = from; k <= to; k++) sum += ax.blur[x * n + k]! * cells[y * n + k]!;
      half[y * n + x] = sum;
    }
  }
  for (let y = 0; y < ay.cells; y++)
    for (let k = Math.max(0, y - ay.radius); k <= Math.min(ay.cells - 1, y + ay.radius); k++) {
      const weight = ay.blur[y * ay.cells + k]!;
      for (let x = 0; x < n; x++) out[y * n + x]! += weight * half[k * n + x]!;
    }
  return out;
}

/** Low-pass values at the cells' columns on image row y, and their steps to the next column. */
function mixRows(coarse: Float32Array, ax: Axis, ay: Axis, y: number, mixed: Float32Array, step: Float32Array): void {
  const a = ay.low[y]! * ax.cells;
  const b = ay.cells > 1 ? a + ax.cells : a;
  const fy = ay.fraction[y]!;
  for (let x = 0; x < ax.cells; x++) mixed[x] = coarse[a + x]! * (1 - fy) + coarse[b + x]! * fy;
  for (let x = 0; x + 1 < ax.cells; x++) step[x] = mixed[x + 1]! - mixed[x]!;
}

/** Percentiles without interpolation of every 13th pixel of a padded plane, in row-major order of the image. */
function percentiles(
  plane: Float32Array,
  w: number,
  h: number,
  stride: number,
  quantiles: readonly number[],
): number[] {
  const picked = new Float32Array(Math.ceil((w * h) / 13));
  for (let i = 0, x = 0, row = 0; i < picked.length; i++) {
    picked[i] = plane[row + x]!;
    for (x += 13; x >= w; x -= w) row += stride;
  }
  // d lies within ±255: bins of 1/8 level narrow the search, the few values of one bin are sorted exactly.
  const bins = new Uint32Array(4096);
  for (let i = 0; i < picked.length; i++) bins[((picked[i]! + 256) * 8) & 4095]!++;
  return quantiles.map((q) => {
    let rank = Math.floor(q * (picked.length - 1) + 0.5);
    let b = 0;
    while (rank >= bins[b]!) rank -= bins[b++]!;
    const inside = new Float32Array(bins[b]!);
    for (let i = 0, j = 0; i < picked.length; i++)
      if ((((picked[i]! + 256) * 8) & 4095) === b) inside[j++] = picked[i]!;
    return inside.sort()[rank]!;
  });
}

/**
 * Two normalized planes of a resized 8-bit gray image, padded with zeros.
 * @returns 2 × paddedHeight × paddedWidth values.
 */
export function flatten(
  gray: Uint8Array,
  w: number,
  h: number,
  paddedWidth: number,
  paddedHeight: number,
): Float32Array {
  const plane = paddedWidth * paddedHeight;
  const out = new Float32Array(2 * plane);
  const side = Math.min(w, h);
  const f = Math.max(1, Math.floor(side / 64 + 0.5));
  const means = cellMeans(gray, w, h, f);
  const [wideX, wideY] = [axis(w, f, side / 8), axis(h, f, side / 8)];
  const [narrowX, narrowY] = [axis(w, f, side / 16), axis(h, f, side / 16)];
  const wide = blurCells(means, wideX, wideY);
  const narrow = blurCells(means, narrowX, narrowY);
  const row = () => new Float32Array(wideX.cells);
  const [mixedA, stepA, mixedB, stepB] = [row(), row(), row(), row()];
  // Both low-passes share their cells: one look-up serves both.
  const { low, fraction } = wideX;
  const squares = new Float64Array(means.length);
  for (let y = 0; y < h; y++) {
    mixRows(wide, wideX, wideY, y, mixedA, stepA);
    mixRows(narrow, narrowX, narrowY, y, mixedB, stepB);
    const from = y * w;
    const to = y * paddedWidth;
    const cells = Math.floor(y / f) * wideX.cells;
    for (let cx = 0, x = 0; x < w; cx++) {
      const end = Math.min(w, x + f);
      let sum = 0;
      for (; x < end; x++) {
        const v = gray[from + x]!;
        const at = low[x]!;
        const t = fraction[x]!;
        const e = v - (mixedB[at]! + stepB[at]! * t);
        out[to + x] = v - (mixedA[at]! + stepA[at]! * t);
        out[plane + to + x] = e;
        sum += e * e;
      }
      squares[cells + cx]! += sum;
    }
  }
  const [a, b] = percentiles(out, w, h, paddedWidth, [0.005, 0.995]) as [number, number];
  const gain = 2 / Math.max(b - a, 1);
  const shift = -a * gain - 1;
  const variance = blurCells(toMeans(squares, w, h, f), narrowX, narrowY);
  for (let y = 0; y < h; y++) {
    mixRows(variance, narrowX, narrowY, y, mixedA, stepA);
    for (let x = 0, i = y * paddedWidth; x < w; x++, i++) {
      const d = out[i]! * gain + shift;
      out[i] = d < -1.5 ? -1.5 : d > 1.5 ? 1.5 : d;
      const at = low[x]!;
      const v = mixedA[at]! + stepA[at]! * fraction[x]!;
      const e = (0.5 * out[plane + i]!) / Math.sqrt((v > 0 ? v : 0) + 1);
      out[plane + i] = e < -2 ? -2 : e > 2 ? 2 : e;
    }
  }
  return out;
}
