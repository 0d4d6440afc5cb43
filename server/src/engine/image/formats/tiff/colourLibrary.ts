import sharp from 'sharp';
import type { RawImage } from '../../../../core/image/rawImage';
import type { ByteSource } from '../../../files/byteSource';
import { unsupported } from '../format';
import { compressionName } from './codecs';
import type { TiffPage } from './page';

/** Compressions and colour spaces that libvips decodes: JPEG, fax; CMYK, YCbCr, Lab. */
const compressions = [2, 3, 4, 7];
const colourSpaces = [5, 6, 8, 9, 10];
const maxFileBytes = 500e6;

/** Whether a page is decoded by libtiff (through sharp), because of its compression or its colour space. */
export const needsColourLibrary = (page: TiffPage): boolean =>
  compressions.includes(page.compression) || colourSpaces.includes(page.photometric);

/** The page as its own 1-bit values, or as 8- or 16-bit gray or RGB, not turned. @throws ImageRefusal */
export async function colourLibraryPixels(bytes: ByteSource, page: TiffPage): Promise<RawImage> {
  if (bytes.size > maxFileBytes) throw refusal(page);
  const options = { limitInputPixels: false, ignoreIcc: true, failOn: 'error', page: page.index } as const;
  const wide = page.bits === 16;
  try {
    let pipeline = sharp(await bytes.read(0, bytes.size), options);
    if (page.samples < 3) pipeline = pipeline.toColourspace(wide ? 'grey16' : 'b-w');
    else pipeline = pipeline.toColourspace(wide ? 'rgb16' : 'srgb');
    const { data, info } = await pipeline
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.width !== page.width || info.height !== page.height) throw refusal(page);
    const own = new Uint8Array(data);
    if (page.bits === 1 && info.channels === 1) return bilevel(page, own);
    return {
      width: info.width,
      height: info.height,
      channels: info.channels,
      dtype: wide ? 'uint16' : 'uint8',
      data: wide ? new Uint16Array(own.buffer) : own,
      colour: info.channels >= 3 ? 'rgb' : 'gray',
    };
  } catch {
    throw refusal(page);
  }
}

/** The library makes 0 and 255 of the bits, with white as 255. */
function bilevel({ width, height, photometric }: TiffPage, shown: Uint8Array): RawImage {
  const white = photometric === 0 ? 0 : 1;
  const data = shown.map((v) => (v > 127 ? white : 1 - white));
  return { width, height, channels: 1, dtype: 'bool', data, colour: photometric === 0 ? 'inverted' : 'gray' };
}

const refusal = (page: TiffPage) =>
  unsupported(
    `The image could not be decoded: compression ${page.compression === 1 ? 'none' : compressionName(page.compression)}, colour space ${page.photometric}.`,
  );
