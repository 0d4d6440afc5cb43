import type { Random } from '../random';
import { createField, type Field } from './field';

/** A gray micrograph onto which cavities are drawn; row-major, black is zero. */
export interface RealBackground {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/**
 * A random part of a picture, scaled to the frame, rotated by a multiple of 90 degrees or mirrored, as relative deviation
 * from its mean.
 */
export function cropBackground(background: RealBackground, width: number, height: number, random: Random): Field {
  const turned = random.chance(0.5);
  const [mirrorX, mirrorY] = [random.chance(0.5), random.chance(0.5)];
  const [across, down] = turned ? [height, width] : [width, height];
  const most = Math.min(background.width / across, background.height / down);
  // Pixels of the picture per pixel of the frame, up to three where the picture is large enough.
  const step = most <= 1 ? most : random.uniform(1, Math.min(3, most));
  const left = random.uniform(0, Math.max(0, background.width - across * step));
  const top = random.uniform(0, Math.max(0, background.height - down * step));
  const field = createField(width, height);
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [fx, fy] = [mirrorX ? width - 1 - x : x, mirrorY ? height - 1 - y : y];
      const [u, v] = turned ? [fy, fx] : [fx, fy];
      const value = average(background, left + u * step, top + v * step, step);
      field.data[y * width + x] = value;
      sum += value;
    }
  const mean = Math.max(1e-6, sum / field.data.length);
  for (let i = 0; i < field.data.length; i++) field.data[i] = field.data[i]! / mean - 1;
  return field;
}

/** Mean over a square of `side` picture pixels, weighted by the covered area of each; bilinear for sides up to one. */
function average({ width, height, data }: RealBackground, x0: number, y0: number, side: number): number {
  const span = Math.max(1, side);
  let [sum, weights] = [0, 0];
  for (let y = Math.floor(y0); y < y0 + span; y++) {
    const wy = Math.min(y + 1, y0 + span) - Math.max(y, y0);
    for (let x = Math.floor(x0); x < x0 + span; x++) {
      const weight = wy * (Math.min(x + 1, x0 + span) - Math.max(x, x0));
      sum += weight * data[Math.min(height - 1, y) * width + Math.min(width - 1, x)]!;
      weights += weight;
    }
  }
  return sum / weights;
}
