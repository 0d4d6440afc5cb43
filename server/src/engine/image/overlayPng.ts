import sharp, { type Sharp } from 'sharp';
import { toRaster8 } from '../../core/image/contrast';
import { readImage } from './openImage';

/** The file's picture as 8-bit PNG with its automatic window. Null for an unreadable file. */
export async function picturePng(file: string): Promise<Buffer | null> {
  const picture = await shown(file);
  return picture && picture.png({ compressionLevel: 6 }).toBuffer();
}

/** The same with an SVG of equal size drawn over it. */
export async function overlayPng(file: string, svg: string): Promise<Buffer | null> {
  const picture = await shown(file);
  return (
    picture &&
    picture
      .toColourspace('srgb')
      .composite([{ input: Buffer.from(svg), limitInputPixels: false }])
      .png({ compressionLevel: 6 })
      .toBuffer()
  );
}

async function shown(file: string): Promise<Sharp | null> {
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') return null;
  const { width, height, channels } = decoded.image;
  return sharp(toRaster8(decoded.image).data, { raw: { width, height, channels }, limitInputPixels: false });
}
