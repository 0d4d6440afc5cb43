import path from 'node:path';
import { folderCalibration } from './folderCalibration';
import { sidecarPixelSizes, sizeIn, thicknessIn, type Thickness } from './pixelSize';

/** Pixel sizes and foil thicknesses that lie beside images. */
export interface FolderSizes {
  /** nm per pixel of the table beside an image; null where it does not contain it. @throws TableError */
  table(file: string): Promise<number | null>;
  /** Foil thickness in the table beside an image; null where it does not contain it. @throws TableError */
  thickness(file: string): Promise<Thickness | null>;
  /** nm per pixel of a folder as calibrated by hand; null where nobody did. */
  calibration(folder: string): Promise<number | null>;
}

/** Milliseconds for which what was found in a folder is taken as still true. */
const keptMs = 1000;

/** For many images of the same folders: each folder is looked at once a second. */
export function folderSizes(): FolderSizes {
  return {
    table: byFolder(sidecarPixelSizes, (file, table) => table && sizeIn(table, file)),
    thickness: byFolder(sidecarPixelSizes, (file, table) => table && thicknessIn(table, file)),
    calibration: byFolder(
      folderCalibration,
      (_, size) => size,
      (folder) => folder,
    ),
  };
}

function byFolder<T, R>(
  look: (folder: string) => Promise<T>,
  answer: (file: string, found: T) => R,
  folderOf: (file: string) => string = path.dirname,
): (file: string) => Promise<R> {
  let last: { readonly folder: string; readonly at: number; readonly found: Promise<T> } | null = null;
  return async (file) => {
    const folder = folderOf(file);
    if (last?.folder !== folder || performance.now() - last.at > keptMs)
      last = { folder, at: performance.now(), found: look(folder) };
    return answer(file, await last.found);
  };
}
