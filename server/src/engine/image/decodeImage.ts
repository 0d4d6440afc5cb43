import fs from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import type { Raster, RasterData } from '../../core/image/raster';

// An audit reads each file once: libvips' own cache would only hold memory.
sharp.cache(false);

export type Decoded =
  | { readonly kind: 'image'; readonly image: Raster; readonly nmPerPixel: number | null }
  | { readonly kind: 'unreadable' | 'unsupported'; readonly reason: string };

const maxPixels = 250e6;

/** File extensions the decoder takes. */
export const imageExtensions = ['png', 'jpg', 'jpeg', 'tif', 'tiff'] as const;

/** Reads a file; every trouble is a typed outcome with one sentence. */
export async function readImageBytes(file: string): Promise<Buffer | { kind: 'unreadable'; reason: string }> {
  try {
    const bytes = await fs.readFile(file);
    return bytes.length ? bytes : { kind: 'unreadable', reason: 'The file is empty.' };
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

/**
 * Decodes PNG, JPEG and TIFF (first page) of 8, 16 or 32 bits; alpha is dropped, gray stored as RGB becomes one channel,
 * values that are no number become the smallest finite one.
 */
export async function decodeImage(bytes: Buffer): Promise<Decoded> {
  let meta: Metadata;
  try {
    meta = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch {
    return { kind: 'unsupported', reason: 'The file is no PNG, JPEG or TIFF image.' };
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
    return { kind: 'image', image, nmPerPixel: meta.format === 'tiff' ? tiffPixelSize(meta) : null };
  } catch {
    return { kind: 'unreadable', reason: 'The image is damaged or cut short.' };
  }
}

const depthOf = (depth: string | undefined): 8 | 16 | 32 =>
  depth === 'uchar' || depth === undefined ? 8 : depth === 'ushort' ? 16 : 32;

function view(data: Buffer, bitDepth: 8 | 16 | 32): RasterData {
  const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
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

/** nm per pixel from TIFF resolution tags, where they speak of a microscope's scale and not of 72 or 300 dpi. */
function tiffPixelSize(meta: Metadata): number | null {
  // libvips gives pixels per inch; a micrograph's pixel is below 10 µm, a print's never.
  if (!meta.density || !meta.resolutionUnit) return null;
  const nm = 25.4e6 / meta.density;
  return nm < 10_000 && nm > 1e-3 ? nm : null;
}
