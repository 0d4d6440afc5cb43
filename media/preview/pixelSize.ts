import { pixelSizeSource } from '../../server/src/core/text/pixelSizeSource';
import { t } from './l10n';
import type { PixelSize } from './state';

const short = (v: number): string => String(+v.toPrecision(4));

/** "0.351 nm/px", with both sizes where the pixels are not square; without source. */
export function pixelSizeText({ x, y }: Pick<PixelSize, 'x' | 'y'>): string {
  return x === y ? `${short(x)} nm/px` : t('{0} × {1} nm/px (x × y: pixels are not square)', short(x), short(y));
}

/** Source of a pixel size in words of the display language; empty where it is unknown. */
export const sourceText = (source: string | null): string => t(pixelSizeSource(source));
