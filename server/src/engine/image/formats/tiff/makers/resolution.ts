import { positive } from '../../../../../core/image/lengthUnit';
import type { TiffPage } from '../page';
import { sizeOf, type PixelSize } from './maker';

/** Limit in nm per pixel: resolution tags above it are those of a print; transmission micrographs are far below. */
export const largestOfPrint = 200;
const smallestOfPrint = 1e-3;

/** The resolution tags, unless they are those of a print. */
export async function resolution({ directory }: TiffPage): Promise<PixelSize | null> {
  const unit = { 2: 25.4e6, 3: 1e7 }[await directory.number(296, 2)];
  if (!unit || !directory.has(282)) return null;
  const nm = async (tag: number) => {
    const size = positive(unit / (await directory.number(tag, NaN)));
    return size !== null && size < largestOfPrint && size > smallestOfPrint ? size : null;
  };
  return sizeOf(await nm(282), await nm(283));
}
