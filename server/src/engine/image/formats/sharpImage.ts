import sharp, { type Metadata } from 'sharp';
import type { RawData, RawImage } from '../../../core/image/rawImage';
import { checkSize } from './sizeGate';
import { damaged } from './format';
import { pngSamples, unstretched } from './pngSamples';

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
  /** Bits of a gray sample where they are fewer than 8. */
  readonly bits: number | null;
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
  const png = pngSamples(bytes);
  const channels = channelsOf(metadata, png !== null && !png.alpha);
  checkSize({ width, height, channels, bytesPerSample: depth === 'uint16' ? 2 : 1 });
  return { width, height, channels, depth, bits: png?.bits ?? null, metadata };
}

/** An alpha channel that the library made of a PNG's transparent colour is not in the file; CMYK becomes RGB. */
function channelsOf({ channels, space }: Metadata, noAlpha: boolean): number {
  if (space === 'cmyk') return 3;
  return noAlpha && channels % 2 === 0 ? channels - 1 : channels;
}

/**
 * Pixels of a PNG or JPEG, rotated by its EXIF orientation, with the values of the file: embedded colour profiles are
 * not applied, as in OpenCV, Pillow and Detectron2. Gray samples of 1, 2 and 4 bits are those of the file, not stretched
 * to 8 bits; palettes are replaced by their colours. CMYK becomes RGB.
 * @param facts of the same bytes (sharpFacts), which have passed the gate
 * @throws ImageRefusal
 */
export async function sharpPixels(
  bytes: Buffer,
  { depth, channels, bits, metadata }: Pick<SharpFacts, 'depth' | 'channels' | 'bits' | 'metadata'>,
): Promise<RawImage> {
  let pipeline = sharp(bytes, { ...options, failOn: 'error' }).autoOrient();
  // The library's 8-bit gray has no alpha channel.
  const wide = depth === 'uint16' || channels === 2;
  if (channels < metadata.channels) pipeline = pipeline.removeAlpha();
  if (metadata.space === 'cmyk') pipeline = pipeline.toColourspace('srgb');
  else if (channels <= 2) pipeline = pipeline.toColourspace(wide ? 'grey16' : 'b-w');
  else if (wide) pipeline = pipeline.toColourspace('rgb16');
  try {
    const { data, info } = await pipeline
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const samples = wide ? words(data) : bytesOf(data);
    const own = wide && depth === 'uint8' ? highBytes(samples) : samples;
    return {
      width: info.width,
      height: info.height,
      channels: info.channels,
      dtype: bits === 1 ? 'bool' : depth,
      data: bits === null ? own : unstretched(own, bits),
      ...(bits === null ? {} : { bits }),
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

function highBytes(words: RawData): Uint8Array {
  const out = new Uint8Array(words.length);
  for (let i = 0; i < out.length; i++) out[i] = words[i]! >> 8;
  return out;
}

const bytesOf = (data: Buffer): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
