import { cropRaw } from '../../../core/image/cropRaw';
import type { ByteSource } from '../../files/byteSource';
import { unsupported, type ImageFacts, type ImageFormat, type ImageSource } from './format';
import { pngScale } from './pngScale';
import { sharpFacts, sharpPixels } from './sharpImage';

/** Largest compressed picture in bytes; it is read into memory as a whole. */
const maxFileBytes = 500e6;

const startsWith = (head: Uint8Array, magic: readonly number[]) => magic.every((b, i) => head[i] === b);

async function openRaster(format: string, source: ByteSource): Promise<ImageSource> {
  if (source.size > maxFileBytes)
    throw unsupported(`The file has ${(source.size / 1e9).toFixed(1)} GB; at most 0.5 GB can be read.`);
  const bytes = await source.read(0, source.size);
  const found = await sharpFacts(bytes);
  const { width, height, channels, depth, bits, metadata } = found;
  const facts: ImageFacts = {
    width,
    height,
    channels,
    dtype: bits === 1 ? 'bool' : depth,
    kind: 'image',
    ...(format === 'png' ? scaleOf(bytes, metadata.orientation) : { nmPerPixel: null, nmPerPixelSource: null }),
    metadata: {
      ...(bits === null ? {} : { bitsPerSample: bits }),
      ...((metadata.orientation ?? 1) > 1 ? { orientation: metadata.orientation! } : {}),
    },
  };
  return {
    format,
    frames: 1,
    defaultFrame: 0,
    describe: () => Promise.resolve(facts),
    read: async (_frame, window) => {
      const raw = await sharpPixels(bytes, found);
      return window ? cropRaw(raw, window) : raw;
    },
    close: () => Promise.resolve(),
  };
}

/** Along the axes of the picture as it is shown. */
function scaleOf(bytes: Buffer, orientation = 1): ReturnType<typeof pngScale> {
  const scale = pngScale(bytes);
  if (scale.nmPerPixelY === undefined || orientation < 5) return scale;
  return { ...scale, nmPerPixel: scale.nmPerPixelY, nmPerPixelY: scale.nmPerPixel! };
}

export const png: ImageFormat = {
  name: 'png',
  recognise: (head) => startsWith(head, [0x89, 0x50, 0x4e, 0x47]),
  open: (source) => openRaster('png', source),
};

export const jpeg: ImageFormat = {
  name: 'jpeg',
  recognise: (head) => startsWith(head, [0xff, 0xd8, 0xff]),
  open: (source) => openRaster('jpeg', source),
};
