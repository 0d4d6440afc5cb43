import type { Random } from '../random';

/** A way in which images become worse, with its levels from none on. */
export interface Degradation {
  readonly name: 'blur' | 'noise' | 'contrast';
  readonly unit: string;
  readonly levels: readonly number[];
}

export const degradations: readonly Degradation[] = [
  { name: 'blur', unit: 'Gaussian deviation in pixels', levels: [0, 1, 2, 4] },
  { name: 'noise', unit: 'Gaussian deviation in grey levels of 255', levels: [0, 10, 25, 50] },
  { name: 'contrast', unit: 'fraction of the contrast', levels: [1, 0.5, 0.25, 0.12] },
];

/** 8-bit grey pixels, row-major. */
interface Gray {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A degraded copy; the first level of each degradation changes nothing. */
export function degrade(image: Gray, name: Degradation['name'], level: number, random: Random): Uint8Array {
  switch (name) {
    case 'blur':
      return level > 0 ? blur(image, level) : image.data.slice();
    case 'noise':
      return image.data.map((v) => clamp(v + (level > 0 ? random.normal(0, level) : 0)));
    case 'contrast': {
      const mean = image.data.reduce((a, b) => a + b, 0) / image.data.length;
      return image.data.map((v) => clamp(mean + level * (v - mean)));
    }
  }
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
