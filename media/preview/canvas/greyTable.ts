import type { GreyWindow, PreviewImage } from '../messages';

/** Mapping of grey values to brightness. */
export interface GreyMapping {
  readonly window: GreyWindow;
  readonly inverted: boolean;
  readonly gamma: number;
}

/** Opaque canvas pixels (bytes R, G, B, A on little-endian machines) by stored value. */
export function greyTable(
  { bytesPerPixel, low, step }: Pick<PreviewImage, 'bytesPerPixel' | 'low' | 'step'>,
  { window, inverted, gamma }: GreyMapping,
): Uint32Array {
  const table = new Uint32Array(bytesPerPixel === 1 ? 256 : 65536);
  const width = window.high - window.low || 1;
  for (let i = 0; i < table.length; i++) {
    const part = Math.min(1, Math.max(0, (low + step * i - window.low) / width));
    const shown = Math.round(255 * (gamma === 1 ? part : part ** gamma));
    const v = inverted ? 255 - shown : shown;
    table[i] = (0xff000000 | (v << 16) | (v << 8) | v) >>> 0;
  }
  return table;
}

/** The window after a drag of (dx, dy) pixels, as in radiology viewers: right widens, down darkens (raises the level). */
export function dragWindow(window: GreyWindow, range: number, dx: number, dy: number): GreyWindow {
  const width = Math.max(range / 1000, (window.high - window.low) * Math.exp(dx / 250));
  const centre = (window.low + window.high) / 2 + (dy * range) / 500;
  return { low: centre - width / 2, high: centre + width / 2 };
}
