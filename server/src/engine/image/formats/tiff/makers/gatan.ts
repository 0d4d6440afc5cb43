import { isReciprocalUnit, nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import type { TiffPage } from '../page';
import { sizeOf, type MakerFacts, type MakerInput } from './maker';

/** Gatan DigitalMicrograph: units in the tags 65003 and 65004, size of a pixel in 65009 and 65010. */
export async function gatan({ page }: MakerInput): Promise<MakerFacts | null> {
  if (!page.directory.has(65009) || !page.directory.has(65003)) return null;
  const xUnit = await unitText(page, 65003);
  const nm = async (unitText: string, scaleTag: number) => {
    const unit = nanometresPerUnit(unitText);
    return unit === null ? null : positive((await page.directory.number(scaleTag, NaN)) * unit);
  };
  const x = await nm(xUnit, 65009);
  return {
    size: x === null ? null : sizeOf(x, await nm(await unitText(page, 65004), 65010)),
    ...(isReciprocalUnit(xUnit) ? { kind: 'diffraction pattern' } : {}),
  };
}

/** Plain text, or UTF-16 as numbers or as bytes. */
async function unitText({ directory }: TiffPage, tag: number): Promise<string> {
  const codes = (await directory.numbers(tag)) ?? [];
  if (codes.length > 128) return '';
  const pairs = codes.length >= 4 && codes.length % 2 === 0 && codes.every((c, i) => i % 2 === 0 || c === 0);
  const characters = pairs ? codes.filter((_, i) => i % 2 === 0) : codes;
  return String.fromCharCode(...characters).replace(/\0.*$/s, '');
}
