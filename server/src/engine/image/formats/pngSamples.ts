import type { RawData } from '../../../core/image/rawImage';

const signature = [0x89, 0x50, 0x4e, 0x47];
const gray = 0;
/** Bit of the colour type for an alpha channel. */
const alphaBit = 4;

export interface PngSamples {
  /** Bits of a gray sample where they are fewer than 8, else null. */
  readonly bits: 1 | 2 | 4 | null;
  /** Whether each pixel has an alpha sample in the file. */
  readonly alpha: boolean;
}

/** Depth and colour type of a PNG's header (PNG 1.2, section 4.1.1); null for other files. */
export function pngSamples(bytes: Buffer): PngSamples | null {
  if (bytes.length < 26 || !signature.every((b, i) => bytes[i] === b)) return null;
  const [depth, type] = [bytes[24]!, bytes[25]!];
  const small = depth === 1 || depth === 2 || depth === 4;
  return { bits: type === gray && small ? depth : null, alpha: (type & alphaBit) !== 0 };
}

/** Samples of `bits` bits from the 8-bit ones that the library makes of them by v * 255 / (2^bits - 1). */
export function unstretched(stretched: RawData, bits: number): Uint8Array {
  const top = 2 ** bits - 1;
  const out = new Uint8Array(stretched.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.round((stretched[i]! * top) / 255);
  return out;
}
