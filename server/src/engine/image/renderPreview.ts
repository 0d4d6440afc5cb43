import fs from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { toRaster8 } from '../../core/image/contrast';
import { readImage } from './openImage';
import { ensureFolder } from '../files/ensureFolder';

export interface Preview {
  readonly previewPath: string;
  /** See imageKey.ts. */
  readonly imageKey: string;
  readonly width: number;
  readonly height: number;
  /** Preview pixels per original pixel, at most 1. */
  readonly scale: number;
  readonly bitDepth: number;
  readonly nmPerPixel: number | null;
}

let writes = 0;

/** Writes an 8-bit PNG of the image, at most 4096 pixels a side, into a cache folder, named by content. */
export async function renderPreview(file: string, folder: string): Promise<Preview | { unreadable: string }> {
  const decoded = await readImage(file);
  if (decoded.kind !== 'image') return { unreadable: decoded.reason };
  const { width, height, bitDepth, channels } = decoded.image;
  const scale = Math.min(1, 4096 / Math.max(width, height));
  const { key } = decoded;
  const previewPath = path.join(folder, `${key}.png`);
  const preview = { previewPath, imageKey: key, width, height, scale, bitDepth, nmPerPixel: decoded.nmPerPixel };
  if (
    await fs.access(previewPath).then(
      () => true,
      () => false,
    )
  )
    return preview;
  await ensureFolder(folder);
  let picture = sharp(toRaster8(decoded.image).data, { raw: { width, height, channels } });
  if (scale < 1) picture = picture.resize(Math.round(width * scale), Math.round(height * scale));
  // Several requests for one image may write at once.
  const temporary = `${previewPath}.${process.pid}.${writes++}.tmp`;
  await picture.png({ compressionLevel: 3 }).toFile(temporary);
  await fs.rename(temporary, previewPath);
  return preview;
}
