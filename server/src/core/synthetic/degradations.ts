import type { Random } from '../random';
import { jpegArtefacts } from './degrade';
import { smoothNoise } from './field';

export const degradationNames = ['blur', 'contrast', 'noise', 'grain', 'jpeg'] as const;
export type DegradationName = (typeof degradationNames)[number];

/** A kind of image degradation. */
export interface Degradation {
  readonly unit: string;
  /** The level that changes nothing. */
  readonly none: number;
  /** Weakest and strongest level of degraded training images; levels are drawn evenly on a logarithmic scale. */
  readonly range: readonly [number, number];
  /** Levels of the experiment, the strongest last. */
  readonly levels: readonly number[];
}

/**
 * In the order of image formation: optics, exposure, camera, file. Deviations are those of a Gaussian filter (`blur`),
 * of Gaussian noise of independent pixels (`noise`) or correlated over about two pixels (`grain`); grey levels are of
 * 255.
 */
export const degradations: Readonly<Record<DegradationName, Degradation>> = {
  blur: { unit: 'deviation, pixels', none: 0, range: [0.7, 5], levels: [1, 1.5, 2, 3, 4] },
  contrast: { unit: 'fraction of the contrast', none: 1, range: [0.6, 0.08], levels: [0.5, 0.25, 0.12, 0.06] },
  noise: {
    unit: 'deviation, grey levels',
    none: 0,
    range: [4, 60],
    levels: [5, 10, 15, 25, 35, 50],
  },
  grain: {
    unit: 'deviation, grey levels',
    none: 0,
    range: [4, 40],
    levels: [5, 10, 20, 35],
  },
  jpeg: { unit: 'JPEG quality', none: 100, range: [50, 4], levels: [40, 20, 10, 5] },
};

/** 8-bit grey pixels, row-major. */
interface Gray {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A degraded copy.
 * @param level see {@link degradations}
 */
export function degrade(image: Gray, name: DegradationName, level: number, random: Random): Uint8Array {
  const { data, width, height } = image;
  if (level === degradations[name].none) return data.slice();
  switch (name) {
    case 'blur':
      return blur(image, level);
    case 'noise':
      return data.map((v) => clamp(v + random.normal(0, level)));
    case 'grain': {
      const noise = smoothNoise(width, height, 1, random).data;
      return data.map((v, i) => clamp(v + level * noise[i]!));
    }
    case 'contrast': {
      const mean = data.reduce((a, b) => a + b, 0) / data.length;
      return data.map((v) => clamp(mean + level * (v - mean)));
    }
    case 'jpeg': {
      const copy = data.slice();
      jpegArtefacts({ data: copy, width, height }, level);
      return copy;
    }
  }
}

/** A degradation and its level, as a set of labels records it. */
export interface DegradationStep {
  readonly name: DegradationName;
  readonly level: number;
}

/** One degradation with equal probabilities, in three of ten images two of them, in the order of image formation. */
export function drawDegradations(random: Random): DegradationStep[] {
  const first = random.pick(degradationNames);
  const second = random.chance(0.3) ? random.pick(degradationNames) : first;
  return degradationNames
    .filter((name) => name === first || name === second)
    .map((name) => ({ name, level: Number(random.logUniform(...degradations[name].range).toPrecision(3)) }));
}

const clamp = (v: number) => Math.min(255, Math.max(0, Math.round(v)));

/** Gaussian filter, rows then columns, edges repeated. */
function blur({ data, width, height }: Gray, sigma: number): Uint8Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, k) =>
    Math.exp(-((k - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((a, b) => a + b, 0);
  const rows = new Float64Array(data.length);
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++)
        sum += kernel[k + radius]! * data[y * width + Math.min(width - 1, Math.max(0, x + k))]!;
      rows[y * width + x] = sum / total;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++)
        sum += kernel[k + radius]! * rows[Math.min(height - 1, Math.max(0, y + k)) * width + x]!;
      out[y * width + x] = clamp(sum / total);
    }
  return out;
}
