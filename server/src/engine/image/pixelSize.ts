import fs from 'node:fs/promises';
import path from 'node:path';
import { readTable } from '../files/table';
import { readSideTable, sidecar, valueIn, type SideTable } from './sideTable';

/**
 * Pixel size of a file from the table beside it: a header with a column of nm per pixel, and the file's name, with or
 * without its extension, in a column of names.
 * @returns nm per pixel; null where the table is absent, does not name the file or has no number for it
 * @throws TableError for an existing table that cannot be understood
 */
export async function sidecarPixelSize(file: string): Promise<number | null> {
  const sizes = await sidecarPixelSizes(path.dirname(file));
  return sizes && sizeIn(sizes, file);
}

/** Foil thickness of an image. */
export interface Thickness {
  readonly nm: number;
  /** Standard deviation over value; null where it is not given. */
  readonly uncertainty: number | null;
}

/** The table of a folder; null where there is none. @throws TableError for one that cannot be understood */
export const sidecarPixelSizes = (folder: string): Promise<SideTable | null> => sizesOf(path.join(folder, sidecar));

/**
 * nm per pixel of a file in a folder's table; null where it does not contain it.
 * @throws TableError for a value that cannot be understood
 */
export const sizeIn = ({ nmPerPixel }: SideTable, file: string): number | null => valueIn(nmPerPixel, file);

/** Foil thickness of a file in a folder's table; null where it does not contain it. @throws TableError */
export function thicknessIn({ thicknessNm, thicknessStdNm }: SideTable, file: string): Thickness | null {
  const nm = valueIn(thicknessNm, file);
  if (nm === null) return null;
  const std = valueIn(thicknessStdNm, file);
  return { nm, uncertainty: std === null ? null : Math.min(1, std / nm) };
}

/** The last table, which the next image of the folder uses again. */
let last: { readonly key: string; readonly table: SideTable } | null = null;

async function sizesOf(file: string): Promise<SideTable | null> {
  const stat = await fs.stat(file).catch(() => null);
  if (stat === null) return null;
  const key = `${file} ${stat.size} ${stat.mtimeMs}`;
  if (last?.key !== key) last = { key, table: readSideTable(await readTable(file)) };
  return last.table;
}
