import { t } from './l10n';
import type { PixelSize } from './state';

const short = (v: number): string => String(+v.toPrecision(4));

/** «0.351 nm/px», with both sizes where the pixels are not square; without source. */
export function pixelSizeText({ x, y }: Pick<PixelSize, 'x' | 'y'>): string {
  return x === y ? `${short(x)} nm/px` : t('{0} × {1} nm/px (x × y: pixels are not square)', short(x), short(y));
}

/** Source of a pixel size as text; empty where it is unknown. */
export function sourceText(source: string | null): string {
  switch (source) {
    case null:
      return '';
    case 'tiff-tags':
    case 'png-phys':
      return t('from the file’s tags');
    case 'dm-calibration':
    case 'ser-calibration':
      return t('from the file’s calibration');
    case 'mrc-header':
      return t('from the file’s header');
    case 'emd-metadata':
    case 'hspy-metadata':
      return t('from the file’s metadata');
    case 'sidecar':
      return t('from the pixel size table');
    case 'setting':
      return t('from the settings');
    case 'calibration':
      return t('calibrated by hand');
    default:
      return t('from the file');
  }
}
