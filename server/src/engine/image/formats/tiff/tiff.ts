import { decode } from 'tiff';
import sharp, { type Metadata } from 'sharp';
import { cropRaw } from '../../../../core/image/cropRaw';
import type { RawImage } from '../../../../core/image/rawImage';
import { decodeTiff, tiffPixelSize } from '../../tiff';
import { checkSize } from '../../sizeGate';
import { damaged, type ImageFormat } from '../format';

export const tiff: ImageFormat = {
  name: 'tiff',
  recognise: (head) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(String.fromCharCode(...head.subarray(0, 4))),
  async open(source) {
    if (source.size > 1e9) throw damaged();
    const bytes = await source.read(0, source.size);
    const meta = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch(() => null);
    const page = meta ? null : decode(bytes, { pages: [0], ignoreImageData: true })[0];
    const [width, height] = meta ? [meta.width, meta.height] : [page!.width, page!.height];
    checkSize({ width, height, channels: meta?.channels ?? page!.samplesPerPixel, bytesPerSample: 4 });
    const nm = tiffPixelSize(bytes);
    return {
      format: 'tiff',
      frames: 1,
      defaultFrame: 0,
      describe: () =>
        Promise.resolve({
          width,
          height,
          channels: meta?.channels ?? 1,
          dtype: 'uint8',
          kind: 'image',
          nmPerPixel: nm,
          nmPerPixelSource: nm === null ? null : 'tiff-tags',
          metadata: {},
        }),
      async read(_frame, window) {
        const raw = (meta && (await bySharp(bytes, meta).catch(() => null))) ?? bySecondReader(bytes);
        return window ? cropRaw(raw, window) : raw;
      },
      close: () => Promise.resolve(),
    };
  },
};

async function bySharp(bytes: Buffer, meta: Metadata): Promise<RawImage> {
  const depth = meta.depth === 'uchar' ? 8 : meta.depth === 'short' ? -16 : meta.depth === 'ushort' ? 16 : 32;
  let pipeline = sharp(bytes, { limitInputPixels: false, ignoreIcc: true, failOn: 'error' }).removeAlpha();
  if (depth === -16) pipeline = pipeline.linear(1, 32768);
  if (meta.channels <= 2 && depth !== 32) pipeline = pipeline.toColourspace(depth === 8 ? 'b-w' : 'grey16');
  else if (depth === 16) pipeline = pipeline.toColourspace('rgb16');
  const { data, info } = await pipeline
    .raw({ depth: depth === 8 ? 'uchar' : depth === 32 ? 'float' : 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
  return {
    width: info.width,
    height: info.height,
    channels: info.channels,
    dtype: depth === 8 ? 'uint8' : depth === 32 ? 'float32' : 'uint16',
    data: depth === 8 ? new Uint8Array(buffer) : depth === 32 ? new Float32Array(buffer) : new Uint16Array(buffer),
    colour: info.channels >= 3 ? 'rgb' : 'gray',
  };
}

function bySecondReader(bytes: Buffer): RawImage {
  const image = decodeTiff(bytes);
  if (!image) throw damaged();
  return {
    ...image,
    dtype: image.bitDepth === 8 ? 'uint8' : 'float32',
    colour: image.channels === 3 ? 'rgb' : 'gray',
  };
}
