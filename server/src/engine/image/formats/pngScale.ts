import { positive } from '../../../core/image/lengthUnit';
import type { ImageFacts } from './format';

/** Limit in nm per pixel: densities above it are those of a print or a screen. */
const largestOfPrint = 200;

/**
 * Pixel size of a PNG from its chunk pHYs, where that is given in pixels per metre (PNG 1.2, section 4.2.4.2).
 * @param bytes the file; only chunks before the pixels are looked at
 */
export function pngScale(bytes: Buffer): Pick<ImageFacts, 'nmPerPixel' | 'nmPerPixelY' | 'nmPerPixelSource'> {
  const unknown = { nmPerPixel: null, nmPerPixelSource: null };
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT' || type === 'IEND') return unknown;
    if (type === 'pHYs' && length === 9 && at + 17 <= bytes.length) {
      const [x, y] = [8, 12].map((to) => positive(1e9 / bytes.readUInt32BE(at + to))) as [number | null, number | null];
      if (bytes[at + 16] !== 1 || x === null || y === null || Math.max(x, y) >= largestOfPrint) return unknown;
      return { nmPerPixel: x, ...(Math.abs(y / x - 1) > 1e-3 ? { nmPerPixelY: y } : {}), nmPerPixelSource: 'png-phys' };
    }
    at += 12 + length;
  }
  return unknown;
}
