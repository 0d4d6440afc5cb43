import type { Random } from '../random';

/** An 8-bit gray picture that is changed in place; row-major. */
export interface GrayPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Camera defects. */
interface DeadPixels {
  /** Hot and dead pixels. */
  readonly count: number;
  /** Whether there is a dead column. */
  readonly column: boolean;
}

/** Sets `count` random pixels to 0 or 255 and, with `column`, one column to 0; changes the picture itself. */
export function addDeadPixels({ data, width }: GrayPicture, { count, column }: DeadPixels, random: Random): void {
  for (let n = 0; n < count; n++) data[random.int(data.length)] = random.chance(0.7) ? 255 : 0;
  if (column) for (let i = random.int(width); i < data.length; i += width) data[i] = 0;
}

const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** The loss of a baseline JPEG (ITU-T T.81 annex K table, IJG quality scale 1–100) without its entropy coding. */
export function jpegArtefacts({ data, width, height }: GrayPicture, quality: number): void {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const table = luminance.map((q) => Math.max(1, Math.floor((q * scale + 50) / 100)));
  const basis = new Float64Array(64);
  for (let u = 0; u < 8; u++)
    for (let x = 0; x < 8; x++)
      basis[u * 8 + x] = (u ? 0.5 : Math.SQRT1_2 / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
  const block = new Float64Array(64);
  const half = new Float64Array(64);
  for (let by = 0; by < height; by += 8)
    for (let bx = 0; bx < width; bx += 8) {
      for (let i = 0; i < 64; i++) {
        const y = Math.min(height - 1, by + (i >> 3));
        block[i] = data[y * width + Math.min(width - 1, bx + (i & 7))]! - 128;
      }
      transform(block, half, basis, false);
      transform(half, block, basis, false);
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / table[i]!) * table[i]!;
      transform(block, half, basis, true);
      transform(half, block, basis, true);
      for (let i = 0; i < 64; i++) {
        const [y, x] = [by + (i >> 3), bx + (i & 7)];
        if (y < height && x < width) data[y * width + x] = Math.min(255, Math.max(0, Math.round(block[i]! + 128)));
      }
    }
}

/** One-dimensional DCT of each row, written transposed; applied twice it is the two-dimensional DCT. */
function transform(from: Float64Array, to: Float64Array, basis: Float64Array, inverse: boolean): void {
  for (let row = 0; row < 8; row++)
    for (let k = 0; k < 8; k++) {
      let acc = 0;
      for (let j = 0; j < 8; j++) acc += from[row * 8 + j]! * (inverse ? basis[j * 8 + k]! : basis[k * 8 + j]!);
      to[k * 8 + row] = acc;
    }
}
