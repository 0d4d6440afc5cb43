import sharp from 'sharp';
import { toRaster8 } from '../../core/image/contrast';
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

/** Whether a JPEG is small enough in base64, which takes four bytes for three. */
export const fits = (jpeg: Buffer, { most }: ThumbnailPlan): boolean => jpeg.length * (4 / 3) <= most;

/** A JPEG, or null for an unreadable file. */
export async function thumbnail(file: string, plan: ThumbnailPlan): Promise<Buffer | null> {
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') return null;
  const { width, height, channels } = decoded.image;
  const small = await sharp(toRaster8(decoded.image).data, { raw: { width, height, channels } })
    .resize(plan.side, plan.side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: small.info.width, height: small.info.height, channels: small.info.channels };
  for (let q = plan.quality; ; q -= 15) {
    const jpeg = await sharp(small.data, { raw }).jpeg({ quality: Math.max(q, lowestQuality) }).toBuffer(); // prettier-ignore
    if (fits(jpeg, plan) || q <= lowestQuality) return jpeg;
  }
}
