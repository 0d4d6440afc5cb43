import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readRegularFile } from '../files/readRegularFile';
import { replaceContent } from '../files/replaceFile';

/** File beside the images with the pixel size that a user measured, so that it is copied with the folder. */
const calibrationFile = 'tem-gauge-calibration.json';

const schema = z.object({
  schema: z.literal('tem-gauge/calibration@1'),
  nmPerPixel: z.number().positive().max(1e6),
});

/** The manual calibration of a folder in nm per pixel; null without one, or if the file is damaged. */
export async function folderCalibration(folder: string): Promise<number | null> {
  try {
    const bytes = await readRegularFile(path.join(folder, calibrationFile), { maxBytes: 10_000 });
    return schema.parse(JSON.parse(bytes.toString('utf8'))).nmPerPixel;
  } catch {
    return null;
  }
}

/**
 * Stores the pixel size for the images of a folder that contain none; null removes it.
 * @throws Error of the file system when the folder may not be written
 */
export async function calibrateFolder(folder: string, nmPerPixel: number | null): Promise<void> {
  const file = path.join(folder, calibrationFile);
  if (nmPerPixel === null) return fs.rm(file, { force: true });
  const content = schema.parse({ schema: 'tem-gauge/calibration@1', nmPerPixel });
  await replaceContent(file, `${JSON.stringify(content)}\n`);
}
