import type { Random } from '../random';
import { smoothNoise, type Field } from './field';

/** Contrast of the foil besides cavities; strengths are relative brightness, lengths in pixels. */

/** Thickness waves on the scale of a quarter of the frame to the whole, and a linear ramp of illumination. */
export function addThicknessWaves(field: Field, strength: number, random: Random): void {
  const size = Math.min(field.width, field.height);
  for (const scale of [random.uniform(0.25, 0.5), random.uniform(0.08, 0.2)]) {
    const noise = smoothNoise(field.width, field.height, size * scale, random);
    const amplitude = strength * random.uniform(0.3, 1) * (scale > 0.2 ? 1 : 0.5);
    for (let i = 0; i < field.data.length; i++) field.data[i]! += amplitude * noise.data[i]!;
  }
  const [rx, ry] = [random.normal(0, strength), random.normal(0, strength)];
  eachPixel(field, (i, x, y) => {
    field.data[i]! += (rx * x) / field.width + (ry * y) / field.height;
  });
}

/** Broad dark bands, often in parallel sets with bright flanks, gently curved: bend contours. */
export function addBendContours(field: Field, strength: number, random: Random): void {
  const size = Math.min(field.width, field.height);
  const angle = random.uniform(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const bands = Array.from({ length: 1 + random.int(4) }, () => ({
    at: random.uniform(-0.6, 0.6) * size,
    width: random.logUniform(0.015, 0.12) * size,
    depth: strength * random.uniform(0.3, 1) * (random.chance(0.8) ? -1 : 0.7),
    flank: random.uniform(0, 0.5),
  }));
  const bow = random.normal(0, 0.35) / size;
  const wobble = smoothNoise(field.width, field.height, size * 0.2, random);
  eachPixel(field, (i, x, y) => {
    const u = (x - field.width / 2) * cos + (y - field.height / 2) * sin;
    const v = (y - field.height / 2) * cos - (x - field.width / 2) * sin;
    const position = u + bow * v * v + wobble.data[i]! * size * 0.02;
    for (const band of bands) {
      const z = (position - band.at) / band.width;
      if (z > -4 && z < 4)
        field.data[i]! += band.depth * (Math.exp(-z * z) - band.flank * Math.exp(-((Math.abs(z) - 2) ** 2)));
    }
  });
}

/** Diffuse dark streaks and patches where strain scatters the beam away: thresholded anisotropic noise. */
export function addStrainMottle(field: Field, strength: number, random: Random): void {
  const size = Math.min(field.width, field.height);
  const length = random.logUniform(0.008, 0.05) * size;
  const stretch = random.logUniform(1, 4);
  const angle = random.uniform(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const span = Math.ceil(Math.hypot(field.width, field.height)) + 4;
  const noise = smoothNoise(span, Math.ceil(span * stretch), length, random);
  const patches = smoothNoise(field.width, field.height, size * 0.15, random);
  const threshold = random.uniform(0, 1.2);
  eachPixel(field, (i, x, y) => {
    const u = (x - field.width / 2) * cos + (y - field.height / 2) * sin;
    const v = (y - field.height / 2) * cos - (x - field.width / 2) * sin;
    const at = Math.floor(v * stretch + noise.height / 2) * noise.width + Math.floor(u + noise.width / 2);
    const excess = (noise.data[at] ?? 0) + 0.7 * patches.data[i]! - threshold;
    if (excess > 0) field.data[i]! -= strength * excess;
  });
}

/** Grains of different mean brightness, with a fringe along their boundaries. */
export function addGrains(field: Field, strength: number, random: Random): void {
  const seeds = Array.from({ length: 2 + random.int(3) }, () => ({
    x: random.uniform(0, field.width),
    y: random.uniform(0, field.height),
    level: random.normal(0, strength),
  }));
  const line = random.uniform(-0.6, 0.3) * strength;
  const width = random.uniform(1.5, 6);
  eachPixel(field, (i, x, y) => {
    let best = Infinity;
    let second = Infinity;
    let level = 0;
    for (const s of seeds) {
      const d = Math.hypot(x - s.x, y - s.y);
      if (d < best) [second, best, level] = [best, d, s.level];
      else if (d < second) second = d;
    }
    const gap = (second - best) / 2 / width;
    field.data[i]! += level + line * Math.exp(-gap * gap);
  });
}

/** Faint parallel stripes (scan lines, ion milling). */
export function addStripes(field: Field, strength: number, random: Random): void {
  const angle = random.chance(0.6) ? Math.PI / 2 : random.uniform(0, Math.PI);
  const period = random.logUniform(3, 40);
  const [cos, sin] = [Math.cos(angle) / period, Math.sin(angle) / period];
  eachPixel(field, (i, x, y) => {
    field.data[i]! += strength * Math.sin(2 * Math.PI * (x * cos + y * sin));
  });
}

/** A corner beyond the edge of the foil: black (aperture, grid) or bright (vacuum) with Fresnel rim. */
export function addVacuumEdge(field: Field, random: Random): void {
  const angle = random.uniform(0, 2 * Math.PI);
  const size = Math.min(field.width, field.height);
  const at = random.uniform(0.3, 0.55) * size;
  const level = random.chance(0.6) ? -random.uniform(0.5, 0.95) : random.uniform(0.3, 0.9);
  const soft = random.uniform(1, 5);
  const rough = smoothNoise(field.width, field.height, size * 0.05, random);
  eachPixel(field, (i, x, y) => {
    const u =
      (x - field.width / 2) * Math.cos(angle) +
      (y - field.height / 2) * Math.sin(angle) -
      at +
      rough.data[i]! * size * 0.01;
    const z = u / soft;
    if (z > -8) field.data[i]! += level / (1 + Math.exp(-z)) + 0.4 * Math.exp(-((z + 2) ** 2) / 2);
  });
}

/** Calls `visit` with index, x, y of every pixel. */
function eachPixel(field: Field, visit: (i: number, x: number, y: number) => void): void {
  for (let y = 0, i = 0; y < field.height; y++) for (let x = 0; x < field.width; x++, i++) visit(i, x, y);
}
