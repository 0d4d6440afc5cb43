import { positive } from '../../../../../core/image/lengthUnit';
import { sizeOf, type MakerFacts, type MakerInput } from './maker';
import { resolutionTags, resolutionUnits } from './resolution';

const firstBytes = 244;
const secondBytes = 6068;
const secondMagic = 0xaaaaaaaa;
/** TemMode of diffraction, after RosettaSciIO, which reads the magnification as a camera length there. */
const diffraction = 3;

/**
 * TVIPS EM-MENU: tag 37706 is the offset of a structure of 244 bytes, which version 2 continues by 6068 bytes with the pixel
 * size in nm. Layout after tifffile's `TVIPS_HEADER_V1` and `TVIPS_HEADER_V2`; numbers in the byte order of the file.
 * Version 1 has the resolution tags alone, in pixels per centimetre of the specimen (RosettaSciIO, `_axes_tvips`).
 */
export async function tvips({ file, page }: MakerInput): Promise<MakerFacts | null> {
  const at = await page.directory.offsetIn(37706);
  if (at === null) return null;
  const bytes = await file.bytes.read(at, firstBytes + secondBytes);
  if (bytes.length < firstBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const le = file.littleEndian;
  const version = view.getInt32(0, le);
  if (version === 1) return { size: await resolutionTags(page, resolutionUnits.centimetre) };
  const complete = bytes.length === firstBytes + secondBytes;
  if (version !== 2 || !complete || view.getUint32(firstBytes + 6064, le) !== secondMagic) return null;
  const float = (offset: number) => view.getFloat32(firstBytes + offset, le);
  const text = (offset: number) => bytes.toString('utf16le', firstBytes + offset, firstBytes + offset + 160);
  const isDiffraction = view.getInt32(firstBytes + 3288, le) === diffraction;
  return {
    size: isDiffraction ? [null, null] : sizeOf(positive(float(2724)), positive(float(2728))),
    ...(isDiffraction ? { kind: 'diffraction pattern' } : {}),
    metadata: {
      microscope: text(2868).replace(/\0.*$/s, ''),
      voltageKV: positive(float(3028) / 1000) ?? undefined,
      magnification: isDiffraction ? undefined : (positive(float(3292)) ?? undefined),
      camera: text(3524).replace(/\0.*$/s, ''),
    },
  };
}
