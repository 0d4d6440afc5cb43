import type { Random } from '../random';

/** A real-valued image under construction; row-major. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A field of zeros; sizes in pixels. */
export const createField = (width: number, height: number): Field => ({
  width,
  height,
  data: new Float32Array(width * height),
});

/** Three box passes per axis approximate a Gaussian of `sigma` pixels (Kutskir's box sizes); edges are clamped. */
export function blur(field: Field, sigma: number): void {
  if (sigma < 0.3) return;
  const scratch = createField(field.width, field.height);
  if (sigma < 1.2) {
    convolveSmall(field, scratch, sigma);
    return;
  }
  const ideal = Math.sqrt((12 * sigma * sigma) / 3 + 1);
  let lower = Math.floor(ideal);
  if (lower % 2 === 0) lower--;
  const count = Math.round((12 * sigma * sigma - 3 * lower * lower - 12 * lower - 9) / (-4 * lower - 4));
  for (let pass = 0; pass < 3; pass++) {
    const radius = ((pass < count ? lower : lower + 2) - 1) / 2;
    boxRows(field, scratch, radius);
    boxColumns(scratch, field, radius);
  }
}

function convolveSmall({ data, width, height }: Field, { data: scratch }: Field, sigma: number): void {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = kernel.reduce((s, v) => s + v, 0);
  const clamp = (v: number, n: number) => (v < 0 ? 0 : v >= n ? n - 1 : v);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let acc = 0;
      for (let k = -radius; k <= radius; k++) acc += kernel[k + radius]! * data[y * width + clamp(x + k, width)]!;
      scratch[y * width + x] = acc / sum;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let acc = 0;
      for (let k = -radius; k <= radius; k++) acc += kernel[k + radius]! * scratch[clamp(y + k, height) * width + x]!;
      data[y * width + x] = acc / sum;
    }
}

function boxRows({ data: from, width, height }: Field, { data: to }: Field, radius: number): void {
  const norm = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const first = from[row]!;
    const last = from[row + width - 1]!;
    let acc = first * radius;
    for (let i = 0; i < radius; i++) acc += i < width ? from[row + i]! : last;
    for (let x = 0; x < width; x++) {
      acc += x + radius < width ? from[row + x + radius]! : last;
      to[row + x] = acc * norm;
      acc -= x - radius >= 0 ? from[row + x - radius]! : first;
    }
  }
}

function boxColumns({ data: from, width, height }: Field, { data: to }: Field, radius: number): void {
  const norm = 1 / (2 * radius + 1);
  const acc = new Float64Array(width);
  const lastRow = (height - 1) * width;
  for (let x = 0; x < width; x++) acc[x] = from[x]! * radius;
  for (let i = 0; i < radius; i++) {
    const row = i < height ? i * width : lastRow;
    for (let x = 0; x < width; x++) acc[x]! += from[row + x]!;
  }
  for (let y = 0; y < height; y++) {
    const enter = y + radius < height ? (y + radius) * width : lastRow;
    const leave = y - radius >= 0 ? (y - radius) * width : 0;
    for (let x = 0; x < width; x++) {
      acc[x]! += from[enter + x]!;
      to[y * width + x] = acc[x]! * norm;
      acc[x]! -= from[leave + x]!;
    }
  }
}

/** Gaussian noise of correlation length `sigma` pixels, unit variance; long lengths are made on a coarse grid. */
export function smoothNoise(width: number, height: number, sigma: number, random: Random): Field {
  const step = sigma > 6 ? Math.max(1, Math.floor(sigma / 3)) : 1;
  const w = Math.ceil(width / step) + 2;
  const h = Math.ceil(height / step) + 2;
  const coarse = createField(w, h);
  for (let i = 0; i < coarse.data.length; i++) coarse.data[i] = random.normal();
  blur(coarse, sigma / step);
  const field = step === 1 ? createField(width, height) : upsample(coarse, width, height, step);
  if (step === 1)
    for (let y = 0; y < height; y++) field.data.set(coarse.data.subarray(y * w, y * w + width), y * width);
  let sum = 0;
  let square = 0;
  for (const v of field.data) {
    sum += v;
    square += v * v;
  }
  const mean = sum / field.data.length;
  const std = Math.sqrt(Math.max(1e-12, square / field.data.length - mean * mean));
  for (let i = 0; i < field.data.length; i++) field.data[i] = (field.data[i]! - mean) / std;
  return field;
}

/** Bilinear enlargement by `step`. */
function upsample(coarse: Field, width: number, height: number, step: number): Field {
  const field = createField(width, height);
  for (let y = 0; y < height; y++) {
    const v = y / step;
    const y0 = Math.floor(v);
    const fy = v - y0;
    for (let x = 0; x < width; x++) {
      const u = x / step;
      const x0 = Math.floor(u);
      const fx = u - x0;
      const i = y0 * coarse.width + x0;
      const top = coarse.data[i]! * (1 - fx) + coarse.data[i + 1]! * fx;
      const bottom = coarse.data[i + coarse.width]! * (1 - fx) + coarse.data[i + coarse.width + 1]! * fx;
      field.data[y * width + x] = top * (1 - fy) + bottom * fy;
    }
  }
  return field;
}
