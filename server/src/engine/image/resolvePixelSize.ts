import path from 'node:path';
import { companionSize } from './companionText';
import { folderCalibration } from './folderCalibration';
import type { FolderSizes } from './folderSizes';
import { imageRef } from './openImage';
import type { ImageFacts } from './formats/format';
import { TableError } from '../files/table';
import { sidecarPixelSize } from './pixelSize';

export interface ResolvedPixelSize {
  readonly nmPerPixel: number | null;
  /** Source of the size; null if it is unknown. */
  readonly nmPerPixelSource: string | null;
}

/** A text beside the image that states another width belongs to another image. */
type KnownFacts = Pick<ImageFacts, 'nmPerPixel' | 'nmPerPixelSource'> & Partial<Pick<ImageFacts, 'width'>>;

/**
 * The pixel size of an image from the first source that contains it: the file, the microscope's text file beside it, the
 * table beside it, the manual calibration of its folder, the fallback of the settings (0 for none). Never guessed from the
 * pixels.
 * @param image path, or `path#frame`
 * @param options.onProblem receives one sentence about a table that cannot be understood
 * @param options.beside looks for what lies beside the image
 */
export async function resolvePixelSize(
  image: string,
  { nmPerPixel, nmPerPixelSource, width }: KnownFacts,
  fallback: number,
  options: {
    readonly onProblem?: (sentence: string) => void;
    readonly beside?: Pick<FolderSizes, 'companion' | 'table' | 'calibration'> | undefined;
  } = {},
): Promise<ResolvedPixelSize> {
  const { onProblem, beside = { companion: companionSize, table: sidecarPixelSize, calibration: folderCalibration } } =
    options;
  if (nmPerPixel !== null) return { nmPerPixel, nmPerPixelSource };
  const { file } = await imageRef(image);
  const companion = await beside.companion(file, width);
  if (companion) return companion;
  const table = await beside.table(file).catch((error: unknown) => {
    if (!(error instanceof TableError)) throw error;
    onProblem?.(error.message);
    return null;
  });
  if (table !== null) return { nmPerPixel: table, nmPerPixelSource: 'sidecar' };
  const calibrated = await beside.calibration(path.dirname(file));
  if (calibrated !== null) return { nmPerPixel: calibrated, nmPerPixelSource: 'calibration' };
  return fallback > 0
    ? { nmPerPixel: fallback, nmPerPixelSource: 'setting' }
    : { nmPerPixel: null, nmPerPixelSource: null };
}
