import path from 'node:path';
import { folderCalibration } from './folderCalibration';
import { imageRef } from './openImage';
import type { ImageFacts } from './formats/format';
import { TableError } from '../files/table';
import { sidecarPixelSize } from './pixelSize';

export interface PixelSize {
  readonly nmPerPixel: number | null;
  /** Source of the size; null if it is unknown. */
  readonly nmPerPixelSource: string | null;
}

/**
 * The pixel size of an image from the first source that contains it: the file, the table beside it, the manual calibration of its folder,
 * the fallback of the settings (0 for none). Never guessed from the pixels.
 * @param image path, or `path#frame`
 * @param onProblem receives one sentence about a table that cannot be understood
 */
export async function resolvePixelSize(
  image: string,
  { nmPerPixel, nmPerPixelSource }: Pick<ImageFacts, 'nmPerPixel' | 'nmPerPixelSource'>,
  fallback: number,
  onProblem: (sentence: string) => void = () => undefined,
): Promise<PixelSize> {
  if (nmPerPixel !== null) return { nmPerPixel, nmPerPixelSource };
  const { file } = await imageRef(image);
  const table = await sidecarPixelSize(file).catch((error: unknown) => {
    if (!(error instanceof TableError)) throw error;
    onProblem(error.message);
    return null;
  });
  if (table !== null) return { nmPerPixel: table, nmPerPixelSource: 'sidecar' };
  const calibrated = await folderCalibration(path.dirname(file));
  if (calibrated !== null) return { nmPerPixel: calibrated, nmPerPixelSource: 'calibration' };
  return fallback > 0
    ? { nmPerPixel: fallback, nmPerPixelSource: 'setting' }
    : { nmPerPixel: null, nmPerPixelSource: null };
}
