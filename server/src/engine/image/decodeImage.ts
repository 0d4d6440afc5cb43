import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import type { Raster, RasterData } from '../../core/image/raster';
import { decodeTiff, tiffPixelSize } from './tiff';

// An audit reads each file once: libvips' own cache would only hold memory.
sharp.cache(false);

export type Decoded =
  | { readonly kind: 'image'; readonly image: Raster; readonly nmPerPixel: number | null }
  | { readonly kind: 'unreadable' | 'unsupported'; readonly reason: string };

const maxPixels = 250e6;

type Refusal = { readonly kind: 'unreadable' | 'unsupported'; readonly reason: string };

const noImage: Refusal = { kind: 'unsupported', reason: 'The file is no PNG, JPEG or TIFF image.' };
const damaged: Refusal = { kind: 'unreadable', reason: 'The image is damaged or cut short.' };

/** What the first bytes promise. */
function sniff(head: Uint8Array): 'png' | 'jpeg' | 'tiff' | null {
  if (head[0] === 0x89 && head[1] === 0x50 && head[2] === 0x4e && head[3] === 0x47) return 'png';
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  const mark = String.fromCharCode(...head.subarray(0, 4));
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(mark) ? 'tiff' : null;
}

/** Reads a file; every trouble is a typed outcome with one sentence. Large files that are no image are not read at all. */
export async function readImageBytes(file: string): Promise<Buffer | Refusal> {
  try {
    const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (stat.isDirectory()) return { kind: 'unreadable', reason: 'This is a folder, not an image.' };
      if (!stat.isFile()) return { kind: 'unreadable', reason: 'This is a device or a pipe, not an image file.' };
      if (stat.size === 0) return { kind: 'unreadable', reason: 'The file is empty.' };
      if (stat.size > 32e6) {
        const head = new Uint8Array(16);
        await handle.read(head, 0, 16, 0);
        if (!sniff(head)) return noImage;
        if (stat.size >= 2 ** 31)
          return {
            kind: 'unsupported',
            reason: `The file has ${(stat.size / 1e9).toFixed(1)} GB; at most 2 GB can be read.`,
          };
      }
      return await readWhole(handle, stat.size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT'
        ? 'The file does not exist.'
        : code === 'EISDIR'
          ? 'This is a folder, not an image.'
          : code === 'EACCES' || code === 'EPERM'
            ? 'The file may not be read (permission denied).'
            : `The file could not be read (${code ?? 'unknown error'}).`;
    return { kind: 'unreadable', reason };
  }
}

/** One request for the whole file: FileHandle.readFile asks for many small pieces, each a round trip to the thread pool. */
async function readWhole(handle: fs.FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

/**
 * Decodes PNG, JPEG and TIFF (first page) of 8, 16 or 32 bits; alpha is dropped, gray stored as RGB becomes one channel,
 * values that are no number become the smallest finite one.
 */
export async function decodeImage(bytes: Buffer): Promise<Decoded> {
  const promised = sniff(bytes);
  let meta: Metadata;
  try {
    meta = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch {
    return promised === 'tiff' ? secondReader(bytes) : promised ? damaged : noImage;
  }
  if (!['png', 'jpeg', 'tiff'].includes(meta.format ?? ''))
    return { kind: 'unsupported', reason: `Images of the kind «${meta.format}» are not supported.` };
  if (meta.width * meta.height > maxPixels)
    return {
      kind: 'unsupported',
      reason: `The image has ${Math.round((meta.width * meta.height) / 1e6)} megapixels; at most ${maxPixels / 1e6} are supported.`,
    };
  if (Math.min(meta.width, meta.height) < 16)
    return {
      kind: 'unsupported',
      reason: `The image is ${meta.width}×${meta.height} pixels, too small for a micrograph.`,
    };
  // libvips clips negative values on the way to unsigned ones: signed 16-bit gray is shifted first.
  const shifted = meta.depth === 'short' && meta.channels <= 2;
  const bitDepth = shifted ? 16 : depthOf(meta.depth);
  try {
    let pipeline = sharp(bytes, { limitInputPixels: false, failOn: 'error' });
    if (meta.hasAlpha) pipeline = pipeline.removeAlpha();
    if (shifted) pipeline = pipeline.linear(1, 32768);
    if (meta.space === 'cmyk') pipeline = pipeline.toColourspace('srgb');
    else if (meta.channels <= 2 && bitDepth === 8) pipeline = pipeline.toColourspace('b-w');
    else if (meta.channels <= 2 && bitDepth === 16) pipeline = pipeline.toColourspace('grey16');
    else if (bitDepth === 16) pipeline = pipeline.toColourspace('rgb16');
    const { data, info } = await pipeline
      .raw({ depth: bitDepth === 8 ? 'uchar' : bitDepth === 16 ? 'ushort' : 'float' })
      .toBuffer({ resolveWithObject: true });
    const values = view(data, bitDepth);
    if (bitDepth === 32) replaceNonFinite(values);
    const image = toRaster(values, info.width, info.height, info.channels, bitDepth);
    return { kind: 'image', image, nmPerPixel: promised === 'tiff' ? tiffPixelSize(bytes) : null };
  } catch {
    return promised === 'tiff' ? secondReader(bytes) : damaged;
  }
}

function secondReader(bytes: Buffer): Decoded {
  const image = decodeTiff(bytes);
  if (!image || Math.min(image.width, image.height) < 16) return damaged;
  if (image.bitDepth === 32) replaceNonFinite(image.data);
  return { kind: 'image', image, nmPerPixel: tiffPixelSize(bytes) };
}

const depthOf = (depth: string | undefined): 8 | 16 | 32 =>
  depth === 'uchar' || depth === undefined ? 8 : depth === 'ushort' ? 16 : 32;

function view(data: Buffer, bitDepth: 8 | 16 | 32): RasterData {
  // A buffer of its own needs no copy; one from a pool may lie at an odd place.
  const own = data.byteOffset === 0 && data.byteLength === data.buffer.byteLength;
  const buffer = (
    own ? data.buffer : data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
  ) as ArrayBuffer;
  return bitDepth === 8 ? new Uint8Array(buffer) : bitDepth === 16 ? new Uint16Array(buffer) : new Float32Array(buffer);
}

function replaceNonFinite(values: RasterData): void {
  let low = Infinity;
  for (const v of values) if (v < low && Number.isFinite(v)) low = v;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) values[i] = Number.isFinite(low) ? low : 0;
}

function toRaster(values: RasterData, width: number, height: number, channels: number, bitDepth: 8 | 16 | 32): Raster {
  if (channels === 1) return { width, height, channels: 1, bitDepth, data: values };
  const n = width * height;
  let gray = true;
  for (let i = 0; i < n && gray && channels >= 3; i++)
    gray = values[i * channels] === values[i * channels + 1] && values[i * channels] === values[i * channels + 2];
  const keep = gray || channels < 3 ? 1 : 3;
  if (keep === channels) return { width, height, channels: 3, bitDepth, data: values };
  const data = values.slice(0, n * keep);
  for (let i = 0; i < n; i++) for (let c = 0; c < keep; c++) data[i * keep + c] = values[i * channels + c]!;
  return { width, height, channels: keep, bitDepth, data };
}
