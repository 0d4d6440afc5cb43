import sharp from 'sharp';
import { toRaster8 } from '../../core/image/contrast';
import { readImage } from './openImage';

/** Lowest quality that a picture may be brought down to. */
const lowestQuality = 30;

/**
 * A JPEG data URI, or null for an unreadable file.
 * @param side longest side in pixels
 * @param most bytes of the JPEG aimed at: noise compresses badly, so quality is lowered until it fits or is lowest
 */
export async function thumbnail(
  file: string,
  { side, quality, most }: { side: number; quality: number; most: number },
): Promise<string | null> {
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') return null;
  const { width, height, channels } = decoded.image;
  const small = await sharp(toRaster8(decoded.image).data, { raw: { width, height, channels } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: small.info.width, height: small.info.height, channels: small.info.channels };
  for (let q = quality; ; q -= 15) {
    const jpeg = await sharp(small.data, { raw }).jpeg({ quality: Math.max(q, lowestQuality) }).toBuffer(); // prettier-ignore
    // Base64 takes four bytes for three.
    if (jpeg.length * (4 / 3) <= most || q <= lowestQuality) return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  }
}
