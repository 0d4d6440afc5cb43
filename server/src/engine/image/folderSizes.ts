import path from 'node:path';
import { companionLister, companionSizes, type companionSize } from './companionText';
import { folderCalibration } from './folderCalibration';
import { sidecarPixelSizes, sizeIn, thicknessIn, type Thickness } from './pixelSize';
import type { SideTable } from './sideTable';

/** Pixel sizes and foil thicknesses that lie beside images. */
export interface FolderSizes {
  /** nm per pixel of the table beside an image; null where it does not contain it. @throws TableError */
  table(file: string): Promise<number | null>;
  /** Foil thickness in the table beside an image; null where it does not contain it. @throws TableError */
  thickness(file: string): Promise<Thickness | null>;
  /** See companionSize. */
  readonly companion: typeof companionSize;
  /** Manual calibration of a folder in nm per pixel; null if there is none. */
  calibration(folder: string): Promise<number | null>;
}

/** Milliseconds for which the content of a folder is remembered. */
const keptMs = 1000;

/** For many images of the same folders: each folder is read at most once per second. */
export function folderSizes(): FolderSizes {
  const tableOf = remembered(sidecarPixelSizes);
  const inTable = async <R>(file: string, answer: (table: SideTable, file: string) => R | null): Promise<R | null> => {
    const table = await tableOf(path.dirname(file));
    return table && answer(table, file);
  };
  return {
    table: (file) => inTable(file, sizeIn),
    thickness: (file) => inTable(file, thicknessIn),
    companion: companionSizes(remembered(companionLister())),
    calibration: remembered(folderCalibration),
  };
}

/** Repeats the last answer for the same folder. */
function remembered<T>(look: (folder: string) => Promise<T>): (folder: string) => Promise<T> {
  let last: { readonly folder: string; readonly at: number; readonly found: Promise<T> } | null = null;
  return (folder) => {
    if (last?.folder !== folder || performance.now() - last.at > keptMs)
      last = { folder, at: performance.now(), found: look(folder) };
    return last.found;
  };
}
