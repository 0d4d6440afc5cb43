import sharp, { type Metadata } from 'sharp';
import type { RawData, RawImage } from '../../../core/image/rawImage';
import { checkSize } from '../sizeGate';
import { damaged } from './format';

// An audit reads each file once: libvips' own cache would only use memory.
sharp.cache(false);
// Decoding is sequential: further threads would only compete with the network.
sharp.concurrency(1);

const options = { limitInputPixels: false, ignoreIcc: true } as const;

export interface SharpFacts {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: 'uint8' | 'uint16';
  readonly metadata: Metadata;
}

/** Size after the EXIF orientation is applied, checked against the gate. @throws ImageRefusal */
export async function sharpFacts(bytes: Buffer): Promise<SharpFacts> {
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch(() => {
      throw damaged();
    });
  const depth = metadata.depth === 'ushort' ? 'uint16' : 'uint8';
  const turned = (metadata.orientation ?? 1) >= 5;
  const [width, height] = turned ? [metadata.height, metadata.width] : [metadata.width, metadata.height];
  const { channels } = metadata;
  checkSize({ width, height, channels, bytesPerSample: depth === 'uint16' ? 2 : 1 });
  return { width, height, channels, depth, metadata };
}

/**
 * Pixels of a PNG or JPEG, rotated by its EXIF orientation, with the values of the file: embedded colour profiles are
 * not applied, as in OpenCV, Pillow and Detectron2. CMYK becomes RGB.
 * @param facts of the same bytes (sharpFacts), which have passed the gate
 * @throws ImageRefusal
 */
export async function sharpPixels(
  bytes: Buffer,
  { depth, metadata }: Pick<SharpFacts, 'depth' | 'metadata'>,
): Promise<RawImage> {
  let pipeline = sharp(bytes, { ...options, failOn: 'error' }).autoOrient();
  if (metadata.space === 'cmyk') pipeline = pipeline.toColourspace('srgb');
  else if (metadata.channels <= 2) pipeline = pipeline.toColourspace(depth === 'uint16' ? 'grey16' : 'b-w');
  else if (depth === 'uint16') pipeline = pipeline.toColourspace('rgb16');
  try {
    const { data, info } = await pipeline
      .raw({ depth: depth === 'uint16' ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      channels: info.channels,
      dtype: depth,
      data: depth === 'uint16' ? words(data) : bytesOf(data),
      colour: info.channels >= 3 ? 'rgb' : 'gray',
    };
  } catch {
    throw damaged();
  }
}

/** A separate buffer needs no copy; one from a pool may begin at an odd address. */
function words(data: Buffer): RawData {
  const own = data.byteOffset % 2 === 0;
  const buffer = own ? data.buffer : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return new Uint16Array(buffer as ArrayBuffer, own ? data.byteOffset : 0, data.byteLength / 2);
}

const bytesOf = (data: Buffer): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
