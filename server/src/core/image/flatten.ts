/** The `cavity-flat2` planes of the embedded detector; defined in models/training/data.py, which this repeats. */

interface Axis {
  readonly n: number;
  readonly cells: number;
  readonly f: number;
  /** cells × cells, rows sum to one. */
  readonly blur: Float32Array;
  readonly low: Int32Array;
  readonly fraction: Float32Array;
}

function axis(n: number, f: number, sigma: number): Axis {
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
  return { n, cells, f, blur, low, fraction };
}

/** Means over f × f cells. */
function cellMeans(image: Float32Array | Uint8Array, w: number, h: number, f: number, square: boolean): Float32Array {
  const cw = Math.ceil(w / f);
  const ch = Math.ceil(h / f);
  const sums = new Float64Array(cw * ch);
  for (let y = 0; y < h; y++) {
    const row = Math.floor(y / f) * cw;
    for (let cx = 0, x = 0; cx < cw; cx++) {
      const end = Math.min(w, x + f);
      let sum = 0;
      for (let i = y * w + x; x < end; x++, i++) sum += square ? image[i]! * image[i]! : image[i]!;
      sums[row + cx]! += sum;
    }
  }
  const means = new Float32Array(cw * ch);
  for (let cy = 0; cy < ch; cy++)
    for (let cx = 0; cx < cw; cx++)
      means[cy * cw + cx] =
        sums[cy * cw + cx]! / ((Math.min(w, (cx + 1) * f) - cx * f) * (Math.min(h, (cy + 1) * f) - cy * f));
  return means;
}

function blurCells(cells: Float32Array, ax: Axis, ay: Axis): Float32Array {
  const half = new Float32Array(cells.length);
  const out = new Float32Array(cells.length);
  for (let y = 0; y < ay.cells; y++)
    for (let x = 0; x < ax.cells; x++) {
      let sum = 0;
      for (let k = 0; k < ax.cells; k++) sum += ax.blur[x * ax.cells + k]! * cells[y * ax.cells + k]!;
      half[y * ax.cells + x] = sum;
    }
  for (let y = 0; y < ay.cells; y++)
    for (let k = 0; k < ay.cells; k++) {
      const weight = ay.blur[y * ay.cells + k]!;
      if (weight !== 0) for (let x = 0; x < ax.cells; x++) out[y * ax.cells + x]! += weight * half[k * ax.cells + x]!;
    }
  return out;
}

/** Calls `visit` with each row's interpolated low-pass values. */
function eachRow(coarse: Float32Array, ax: Axis, ay: Axis, visit: (y: number, row: Float32Array) => void): void {
  const mixed = new Float32Array(ax.cells);
  const row = new Float32Array(ax.n);
  for (let y = 0; y < ay.n; y++) {
    const a = ay.low[y]! * ax.cells;
    const b = ay.cells > 1 ? a + ax.cells : a;
    const fy = ay.fraction[y]!;
    for (let x = 0; x < ax.cells; x++) mixed[x] = coarse[a + x]! * (1 - fy) + coarse[b + x]! * fy;
    for (let x = 0; x < ax.n; x++) {
      const low = ax.low[x]!;
      const left = mixed[low]!;
      row[x] = left + (mixed[ax.cells > 1 ? low + 1 : low]! - left) * ax.fraction[x]!;
    }
    visit(y, row);
  }
}

/** Percentiles without interpolation of every third value, by histogram selection. */
function percentiles(values: Float32Array, quantiles: readonly number[]): number[] {
  const picked = new Float32Array(Math.ceil(values.length / 3));
  for (let i = 0, j = 0; i < picked.length; i++, j += 3) picked[i] = values[j]!;
  // d lies within ±255: a bin of 1/16 level narrows the search, the few values of that bin are sorted exactly.
  const bins = new Uint32Array(8192);
  const bin = (v: number) => Math.min(8191, Math.max(0, Math.floor((v + 256) * 16)));
  for (const v of picked) bins[bin(v)]!++;
  return quantiles.map((q) => {
    const rank = Math.floor(q * (picked.length - 1) + 0.5);
    let before = 0;
    let b = 0;
    while (before + bins[b]! <= rank) before += bins[b++]!;
    return picked.filter((v) => bin(v) === b).sort()[rank - before]!;
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
  const out = new Float32Array(2 * paddedWidth * paddedHeight);
  const side = Math.min(w, h);
  const f = Math.max(1, Math.floor(side / 64 + 0.5));
  const means = cellMeans(gray, w, h, f, false);
  const wide = [axis(w, f, side / 8), axis(h, f, side / 8)] as const;
  const d = new Float32Array(w * h);
  eachRow(blurCells(means, ...wide), ...wide, (y, row) => {
    for (let x = 0, i = y * w; x < w; x++, i++) d[i] = gray[i]! - row[x]!;
  });
  const [a, b] = percentiles(d, [0.005, 0.995]) as [number, number];
  const gain = 2 / Math.max(b - a, 1);
  for (let y = 0; y < h; y++)
    for (let x = 0, i = y * w, o = y * paddedWidth; x < w; x++, i++, o++) {
      const v = (d[i]! - a) * gain - 1;
      out[o] = v < -1.5 ? -1.5 : v > 1.5 ? 1.5 : v;
    }
  const narrow = [axis(w, f, side / 16), axis(h, f, side / 16)] as const;
  eachRow(blurCells(means, ...narrow), ...narrow, (y, row) => {
    for (let x = 0, i = y * w; x < w; x++, i++) d[i] = gray[i]! - row[x]!;
  });
  const plane = paddedWidth * paddedHeight;
  eachRow(blurCells(cellMeans(d, w, h, f, true), ...narrow), ...narrow, (y, row) => {
    for (let x = 0, i = y * w, o = plane + y * paddedWidth; x < w; x++, i++, o++) {
      const v = d[i]! / Math.sqrt((row[x]! > 0 ? row[x]! : 0) + 1);
      out[o] = (v < -4 ? -4 : v > 4 ? 4 : v) / 2;
    }
  });
  return out;
}
