import type { Random } from '../random';
import type { Size } from '../geometry/size';
import { blur, smoothNoise, type Field } from './field';

/** Grain of unit variance as in archived pictures. */
export interface Grain {
  readonly noise: Field;
  /** Standard deviation in pixels of a Gaussian with the same correlation. */
  readonly sizePx: number;
  /** Half the length in pixels of the blur along the rows; zero in most pictures. */
  readonly smearPx: number;
}

/** Correlation length of the fine grain in pixels, and probability of a blur along the rows. */
export interface GrainScale {
  readonly finePx: number;
  readonly smearProbability: number;
}

/**
 * Band-limited grain of a fine and a coarse scale, in some pictures without its lowest frequencies (phase contrast of
 * the amorphous layer) or blurred along the scan lines.
 */
export function archiveGrain({ width, height }: Size, { finePx, smearProbability }: GrainScale, random: Random): Grain {
  const noise = smoothNoise(width, height, finePx, random);
  const coarse = smoothNoise(width, height, finePx * random.uniform(2, 3), random);
  const coarseWeight = random.uniform(0.2, 0.8);
  for (let i = 0; i < noise.data.length; i++) noise.data[i]! += coarseWeight * coarse.data[i]!;
  if (random.chance(0.35)) {
    const low = { ...noise, data: noise.data.slice() };
    blur(low, finePx * 5);
    for (let i = 0; i < noise.data.length; i++) noise.data[i]! -= 0.8 * low.data[i]!;
  }
  const smearPx = random.chance(smearProbability) ? Math.round(random.uniform(0.7, 1.6) * finePx) : 0;
  smearRows(noise, smearPx);
  toUnit(noise);
  return { noise, sizePx: grainSize(noise), smearPx };
}

/** Two running means along the rows. */
export function smearRows({ width, height, data }: Field, radius: number): void {
  if (radius < 1) return;
  const row = new Float32Array(width);
  for (let pass = 0; pass < 2; pass++)
    for (let y = 0; y < height; y++) {
      row.set(data.subarray(y * width, (y + 1) * width));
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += row[Math.min(width - 1, Math.max(0, x + k))]!;
        data[y * width + x] = sum / (2 * radius + 1);
      }
    }
}

/** Shifts to zero mean and scales to unit variance; returns the standard deviation before. */
export function toUnit({ data }: Field): number {
  let [sum, square] = [0, 0];
  for (const v of data) {
    sum += v;
    square += v * v;
  }
  const mean = sum / data.length;
  const std = Math.sqrt(Math.max(1e-12, square / data.length - mean * mean));
  for (let i = 0; i < data.length; i++) data[i] = (data[i]! - mean) / std;
  return std;
}

/** The Gaussian width in pixels that explains the correlation of unit noise two pixels apart. */
export function grainSize({ width, height, data }: Field): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y + 2 < height; y++)
    for (let x = 0; x + 2 < width; x++) {
      const i = y * width + x;
      sum += (data[i]! * (data[i + 2]! + data[i + 2 * width]!)) / 2;
      count++;
    }
  const correlation = Math.min(0.97, Math.max(0.005, sum / Math.max(1, count)));
  return Math.sqrt(-1 / Math.log(correlation));
}
