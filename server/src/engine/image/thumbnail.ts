import sharp, { type Sharp } from 'sharp';
import { toRaster8 } from '../../core/image/contrast';
import type { Raster } from '../../core/image/raster';
import { readImage } from './openImage';

/** Lowest JPEG quality. */
const lowestQuality = 30;

export interface ThumbnailPlan {
  /** Longest side in pixels. */
  readonly side: number;
  /** Of the JPEG, at best. */
  readonly quality: number;
  /** Bytes aimed at, as base64: noise compresses badly, so quality is lowered until it fits or is lowest. */
  readonly most: number;
}

/** For a page of thousands of images. */
export const smallThumbnail: ThumbnailPlan = { side: 160, quality: 60, most: 9000 };

/** Whether a JPEG is small enough in base64, which takes four bytes for three. */
export const fits = (jpeg: Buffer, { most }: ThumbnailPlan): boolean => jpeg.length * (4 / 3) <= most;

/** A JPEG, or null for an unreadable file. */
export async function thumbnail(file: string, plan: ThumbnailPlan): Promise<Buffer | null> {
  const decoded = await readImage(file);
  return decoded.kind === 'image' ? thumbnailOf(decoded.image, plan) : null;
}

/** A JPEG of a decoded image, with its automatic window. */
export function thumbnailOf(image: Raster, plan: ThumbnailPlan): Promise<Buffer> {
  const { width, height, channels } = image;
  return compressed(
    sharp(toRaster8(image).data, { raw: { width, height, channels }, limitInputPixels: false }).resize(
      plan.side,
      plan.side,
      { fit: 'inside', withoutEnlargement: true },
    ),
    plan,
  );
}

/** The same picture in fewer bytes. */
export const recompressed = (jpeg: Buffer, plan: ThumbnailPlan): Promise<Buffer> =>
  compressed(sharp(jpeg), { ...plan, quality: plan.quality - 15 });

async function compressed(picture: Sharp, plan: ThumbnailPlan): Promise<Buffer> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (let q = plan.quality; ; q -= 15) {
    const jpeg = await sharp(data, { raw }).jpeg({ quality: Math.max(q, lowestQuality) }).toBuffer(); // prettier-ignore
    if (fits(jpeg, plan) || q <= lowestQuality) return jpeg;
  }
}
