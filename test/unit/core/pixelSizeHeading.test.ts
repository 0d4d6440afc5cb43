import { expect, it } from 'vitest';
import { pixelSizeHeading } from '../../../server/src/core/image/pixelSizeHeading';

it.each<[string, number | 'cells' | null]>([
  ['nm/pixel', 1],
  ['nm per px', 1],
  ['NM_PER_PIXEL', 1],
  ['nmPerPixel', 1],
  ['Scale [nm/pix]', 1],
  ['Pixel size (nm)', 1],
  ['pixel_size_nm', 1],
  ['pixelSizeNm', 1],
  ['Pixel Size X [µm]', 1000],
  ['\u00b5m/pixels', 1000],
  ['Å/pixel', 0.1],
  ['Angstroms per pixel', 0.1],
  ['pixel size (A)', 0.1],
  ['pm/px', 1e-3],
  ['pixel size', 'cells'],
  ['px/nm', null],
  ['pixels per nm', null],
  ['pixel size A', null],
  ['m/pixel', null],
  ['area (pixels)', null],
  ['data pixel', null],
  ['scale', null],
  ['', null],
])('unit of a column named %j', (heading, unit) => {
  expect(pixelSizeHeading(heading)).toBe(unit);
});
