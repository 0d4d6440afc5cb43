import type { Random } from '../random';
import type { Field } from './field';

/** x and y in pixels of a place on a defect, where cavities may nucleate. */
export type Point = readonly [number, number];

/**
 * Diffuse curved lines of changing strength: dislocations.
 * @param strength relative brightness
 * @returns points along the lines
 */
export function addDislocations(field: Field, count: number, strength: number, random: Random): Point[] {
  const points: Point[] = [];
  const scale = Math.min(field.width, field.height) / 512;
  const tangled = random.chance(0.3);
  const [hubX, hubY] = [random.uniform(0, field.width), random.uniform(0, field.height)];
  for (let n = 0; n < count; n++) {
    let x = tangled ? random.normal(hubX, field.width / 7) : random.uniform(0, field.width);
    let y = tangled ? random.normal(hubY, field.height / 7) : random.uniform(0, field.height);
    let heading = random.uniform(0, 2 * Math.PI);
    let turn = random.normal(0, 0.02);
    const width = random.logUniform(1.2, 8) * Math.max(0.7, scale);
    const depth = -strength * random.uniform(0.4, 1);
    const steps = Math.round(random.logUniform(15, 350) * scale);
    const beat = random.uniform(15, 60) * scale;
    for (let s = 0; s < steps; s++) {
      const fade = Math.min(1, s / 15, (steps - s) / 15) * (0.65 + 0.35 * Math.cos((2 * Math.PI * s) / beat));
      addSpot(field, { x, y, sigma: width, amount: (depth * fade * 0.45) / width });
      if (s % 25 === 0) points.push([x, y]);
      turn += random.normal(0, 0.004) - turn * 0.05;
      heading += turn;
      x += Math.cos(heading);
      y += Math.sin(heading);
    }
  }
  return points;
}

/** A Gaussian spot: centre and standard deviation in pixels, relative brightness at the centre. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly sigma: number;
  readonly amount: number;
}

function addSpot(field: Field, { x: cx, y: cy, sigma, amount }: Spot): void {
  const reach = Math.ceil(2.6 * sigma);
  const k = -0.5 / (sigma * sigma);
  const [fx, fy] = [Math.floor(cx), Math.floor(cy)];
  for (let y = Math.max(0, fy - reach); y <= Math.min(field.height - 1, fy + reach); y++)
    for (let x = Math.max(0, fx - reach); x <= Math.min(field.width - 1, fx + reach); x++)
      field.data[y * field.width + x]! += amount * Math.exp(k * ((x - cx) ** 2 + (y - cy) ** 2));
}

/** Spots of one sign; `strength` is their largest relative brightness. */
interface SpotGroup {
  readonly count: number;
  readonly strength: number;
  readonly sign: -1 | 1;
}

/** Black-dot damage, and bright or dark spots without a ring and with an irregular outline. */
export function addSpots(field: Field, { count, strength, sign }: SpotGroup, random: Random): void {
  const scale = Math.max(0.7, Math.min(field.width, field.height) / 512);
  for (let n = 0; n < count; n++) {
    const [x, y] = [random.uniform(0, field.width), random.uniform(0, field.height)];
    const sigma = random.logUniform(1.5, 7) * scale;
    const lobes = 1 + random.int(4);
    for (let l = 0; l < lobes; l++)
      addSpot(field, {
        x: x + random.normal(0, sigma * 0.8),
        y: y + random.normal(0, sigma * 0.8),
        sigma: sigma * random.uniform(0.5, 1),
        amount: (sign * strength * random.uniform(0.4, 1)) / Math.sqrt(lobes),
      });
  }
}

/** Dark (heavy phase) or weakly bright rectangular and round precipitates with a soft edge and no fringe. */
export function addPrecipitates(field: Field, count: number, strength: number, random: Random): void {
  const size = Math.min(field.width, field.height);
  const angle = random.uniform(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let n = 0; n < count; n++) {
    const [cx, cy] = [random.uniform(0, field.width), random.uniform(0, field.height)];
    const a = random.logUniform(0.01, 0.12) * size;
    const b = a * random.uniform(0.25, 1);
    const soft = random.uniform(0.8, 3.5);
    const round = random.chance(0.4);
    const level = strength * random.uniform(0.4, 1) * (random.chance(0.8) ? -1 : 0.8);
    const moire = random.chance(0.25) ? random.uniform(3, 9) : 0;
    const reach = Math.ceil(Math.max(a, b) * 1.5 + 4 * soft);
    for (let y = Math.max(0, Math.floor(cy) - reach); y < Math.min(field.height, cy + reach); y++)
      for (let x = Math.max(0, Math.floor(cx) - reach); x < Math.min(field.width, cx + reach); x++) {
        const u = (x - cx) * cos + (y - cy) * sin;
        const v = (y - cy) * cos - (x - cx) * sin;
        const d = round ? (Math.hypot(u / a, v / b) - 1) * b : Math.max(Math.abs(u) - a, Math.abs(v) - b);
        if (d > 4 * soft) continue;
        const texture = moire ? 0.7 + 0.3 * Math.cos((2 * Math.PI * u) / moire) : 1;
        field.data[y * field.width + x]! += (level * texture) / (1 + Math.exp(d / soft));
      }
  }
}
