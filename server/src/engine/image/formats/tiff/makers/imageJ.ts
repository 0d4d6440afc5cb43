import { isReciprocalUnit, nanometresPerUnit, positive } from '../../../../../core/image/lengthUnit';
import { largestOfPrint } from './resolution';
import type { MakerFacts, MakerInput } from './maker';

/** ImageJ and Fiji: the unit in the description, pixels per unit in the resolution tags. */
export async function imageJ({ page, description }: MakerInput): Promise<MakerFacts | null> {
  if (!description.startsWith('ImageJ=')) return null;
  const line = (key: string) => new RegExp(`^${key}=([^\\r\\n]{1,40})`, 'm').exec(description)?.[1];
  const [unit, yUnit] = [line('unit'), line('yunit')];
  if (unit === undefined) return null;
  const nm = async (tag: number, factor: number | null) => {
    const perUnit = await page.directory.number(tag, NaN);
    const size = factor === null ? null : positive(factor / perUnit);
    // ImageJ keeps a print's inches and centimetres as its unit.
    return size !== null && factor! >= 1e6 && size > largestOfPrint ? null : size;
  };
  const x = await nm(282, nanometresPerUnit(unit));
  const y = await nm(283, nanometresPerUnit(yUnit ?? unit));
  return {
    size: [x, x === null ? null : (y ?? x)],
    ...(isReciprocalUnit(unit) ? { kind: 'diffraction pattern' } : {}),
  };
}
