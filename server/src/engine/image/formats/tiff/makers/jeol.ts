import { positive } from '../../../../../core/image/lengthUnit';
import { elementText, finite, kilovolts, sizeOf, type MakerFacts, type MakerInput, type PixelSize } from './maker';
import { resolutionTags, resolutionUnits } from './resolution';

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
  const tags = await resolutionTags(page, resolutionUnits.inch);
  return tags && sizeOf(positive(tags[0]! / magnification), positive(tags[1]! / magnification));
}
