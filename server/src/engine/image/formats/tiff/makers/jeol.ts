import { positive } from '../../../../../core/image/lengthUnit';
import { elementText, finite, kilovolts, sizeOf, type MakerFacts, type MakerInput, type PixelSize } from './maker';

/** JEOL SightX: XML in the description. Source: RosettaSciIO, `_axes_jeol_sightx`. */
export async function jeol(input: MakerInput): Promise<MakerFacts | null> {
  const xml = input.description;
  if (!xml.includes('<TemReporter')) return null;
  const text = (name: string) => elementText(xml, name) ?? undefined;
  return {
    // Without a magnification the resolution tags are those of the film plane.
    size: (await micrographSize(input)) ?? [null, null],
    ...(/<ModeString>\s*DIFF/.test(xml) ? { kind: 'diffraction pattern' } : {}),
    metadata: {
      voltageKV: kilovolts(text('AccelerationVoltage')),
      magnification: finite(text('SelectorValue')),
    },
  };
}

/** A micrograph's resolution tags are those of the camera's film plane: divided by the magnification. */
async function micrographSize({ page, description: xml }: MakerInput): Promise<PixelSize | null> {
  if (!/<ModeString>\s*MAG/.test(xml) || !/<EosMode>\s*eosTEM/.test(xml)) return null;
  const magnification = finite(elementText(xml, 'SelectorValue')) ?? NaN;
  const unit = (await page.directory.number(296, 2)) === 3 ? 1e7 : 25.4e6;
  const size = async (tag: number) => positive(unit / (await page.directory.number(tag, NaN)) / magnification);
  return sizeOf(await size(282), await size(283));
}
