/** Mean grey levels of n × n cells that cover the central square of an image. */
export interface CoarseCells {
  readonly n: number;
  readonly values: Float64Array;
}

/**
 * Cells of the central square; a large image is sampled, about eight pixels along each side of a cell.
 * @param gray row-major 8-bit image of w × h pixels
 * @param most number of cells along each side; fewer where the image has fewer pixels
 */
export function coarseCells(gray: Uint8Array, w: number, h: number, most = 64): CoarseCells {
  const side = Math.min(w, h);
  const n = Math.min(most, side);
  const left = (w - side) >> 1;
  const top = (h - side) >> 1;
  const step = Math.max(1, Math.floor(side / n / 8));
  const edge = (i: number) => Math.floor((i * side) / n);
  const values = new Float64Array(n * n);
  for (let cy = 0; cy < n; cy++)
    for (let cx = 0; cx < n; cx++) {
      const [x0, x1] = [left + edge(cx), left + edge(cx + 1)];
      const [y0, y1] = [top + edge(cy), top + edge(cy + 1)];
      values[cy * n + cx] = meanOf(gray, w, { x0, x1, y0, y1, step });
    }
  return { n, values };
}

interface Cell {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly step: number;
}

/** Mean of every `step`-th pixel of a cell; the few pixels of a cell fit into 31-bit sums. */
function meanOf(gray: Uint8Array, w: number, { x0, x1, y0, y1, step }: Cell): number {
  let sum = 0;
  let count = 0;
  for (let y = y0; y < y1; y += step)
    for (let i = y * w + x0, end = y * w + x1; i < end; i += step) {
      sum = (sum + gray[i]!) | 0;
      count = (count + 1) | 0;
    }
  return sum / count;
}

/**
 * Difference from a Gaussian mean of the surroundings (sigma one sixteenth of the side, cells outside replaced by those at the
 * edge), in standard deviations, clipped to ±2.5 so that no single feature dominates. All zero for a blank image.
 */
export function highPass({ n, values }: CoarseCells): Float64Array {
  const low = blur(blur(values, n, 1, n), n, n, 1);
  const rest = values.map((v, i) => v - low[i]!);
  const mean = rest.reduce((a, b) => a + b, 0) / rest.length;
  const deviation = Math.sqrt(rest.reduce((s, v) => s + (v - mean) ** 2, 0) / rest.length);
  if (deviation < 1e-6) return rest.fill(0);
  return rest.map((v) => Math.min(2.5, Math.max(-2.5, (v - mean) / deviation)));
}

/** Gaussian along one direction: `step` between neighbours, `line` between lines. */
function blur(values: Float64Array, n: number, step: number, line: number): Float64Array {
  const sigma = n / 16;
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const total = kernel.reduce((a, b) => a + b, 0);
  const out = new Float64Array(values.length);
  const padded = new Float64Array(n + 2 * radius);
  for (let l = 0; l < n; l++) {
    for (let i = 0; i < padded.length; i++)
      padded[i] = values[l * line + Math.min(n - 1, Math.max(0, i - radius)) * step]!;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * padded[i + k]!;
      out[l * line + i * step] = sum / total;
    }
  }
  return out;
}
