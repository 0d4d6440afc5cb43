import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readRegularFile } from '../files/readRegularFile';

/** Written beside the images by a user who measured the pixel size, so that every tool and colleague gets it with the folder. */
export const calibrationFile = 'tem-gauge-calibration.json';

const schema = z.object({
  schema: z.literal('tem-gauge/calibration@1'),
  nmPerPixel: z.number().positive().max(1e6),
});

/** nm per pixel of the images of a folder as calibrated by hand; null where nobody did, or where the file is damaged. */
export async function folderCalibration(folder: string): Promise<number | null> {
  try {
    const bytes = await readRegularFile(path.join(folder, calibrationFile), { maxBytes: 10_000 });
    return schema.parse(JSON.parse(bytes.toString('utf8'))).nmPerPixel;
  } catch {
    return null;
  }
}

/**
 * Keeps the pixel size for the images of a folder that have none of their own; null forgets it.
 * @throws Error of the file system when the folder may not be written
 */
export async function calibrateFolder(folder: string, nmPerPixel: number | null): Promise<void> {
  const file = path.join(folder, calibrationFile);
  if (nmPerPixel === null) return fs.rm(file, { force: true });
  const content = schema.parse({ schema: 'tem-gauge/calibration@1', nmPerPixel });
  const temporary = `${file}.${process.pid}.tmp`;
  await fs.writeFile(temporary, `${JSON.stringify(content)}\n`);
  await fs.rename(temporary, file);
}
