import sharp from 'sharp';
import { toRaster8 } from '../../core/image/contrast';
import { readImage } from './openImage';

/** A JPEG data URI of at most `side` pixels, or null for an unreadable file. */
export async function thumbnail(file: string, side: number): Promise<string | null> {
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') return null;
  const { width, height, channels } = decoded.image;
  const jpeg = await sharp(toRaster8(decoded.image).data, { raw: { width, height, channels } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 78 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
