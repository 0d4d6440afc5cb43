import { positive } from '../../../../../core/image/lengthUnit';
import type { TiffPage } from '../page';
import { sizeOf, type PixelSize } from './maker';

/** Limits in nm per pixel: resolution tags beyond them are those of a print; transmission micrographs are far below the upper one. */
export const largestOfPrint = 200;
const smallestOfPrint = 1e-3;

/** Units of the resolution tags in nm. */
export const resolutionUnits = { inch: 25.4e6, centimetre: 1e7 } as const;

/**
 * The tags XResolution and YResolution as nm per pixel, whatever plane they describe; null where there are none (TIFF 6.0).
 * @param otherwise nm of the unit where ResolutionUnit states neither inch nor centimetre; null for no size
 */
export async function resolutionTags({ directory }: TiffPage, otherwise: number | null): Promise<PixelSize | null> {
  const stated = await directory.number(296, NaN);
  const unit = stated === 2 ? resolutionUnits.inch : stated === 3 ? resolutionUnits.centimetre : otherwise;
  if (unit === null) return null;
  const nm = async (tag: number) => positive(unit / (await directory.number(tag, NaN)));
  return sizeOf(await nm(282), await nm(283));
}

/** The resolution tags, unless they are those of a print. The unit is the inch where none is stated. */
export async function resolution(page: TiffPage): Promise<PixelSize | null> {
  const tags = await resolutionTags(page, page.directory.has(296) ? null : resolutionUnits.inch);
  const unlessOfPrint = (nm: number | null) => (nm !== null && nm < largestOfPrint && nm > smallestOfPrint ? nm : null);
  return tags && sizeOf(unlessOfPrint(tags[0]), unlessOfPrint(tags[1]));
}
