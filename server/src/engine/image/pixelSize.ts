import fs from 'node:fs/promises';
import path from 'node:path';
import { nameKey } from '../../core/text/nameKey';
import { readTable, TableError, type Table } from '../files/table';

const sidecar = 'image_nm_pixel_conversions.csv';

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

/** A column by name of the image; null where a name has several values, or none that is a number above 0. */
type Column = ReadonlyMap<string, number | null>;

/** What the table of a folder says of its images. */
export interface SideTable {
  readonly nmPerPixel: Column | null;
  readonly thicknessNm: Column | null;
  /** Standard deviation of the thickness in nm. */
  readonly thicknessStdNm: Column | null;
}

/** The table of a folder; null where there is none. @throws TableError for one that cannot be understood */
export const sidecarPixelSizes = (folder: string): Promise<SideTable | null> => sizesOf(path.join(folder, sidecar));

/** nm per pixel of a file in a folder's table; null where it does not contain it. */
export const sizeIn = ({ nmPerPixel }: SideTable, file: string): number | null => valueIn(nmPerPixel, file);

/** Foil thickness of a file in a folder's table; null where it does not contain it. */
export function thicknessIn({ thicknessNm, thicknessStdNm }: SideTable, file: string): Thickness | null {
  const nm = valueIn(thicknessNm, file);
  if (nm === null) return null;
  const std = valueIn(thicknessStdNm, file);
  return { nm, uncertainty: std === null ? null : Math.min(1, std / nm) };
}

function valueIn(column: Column | null, file: string): number | null {
  const name = path.basename(file).normalize('NFC');
  return column?.get(name) ?? column?.get(path.parse(name).name) ?? null;
}

/** The last table, which the next image of the folder uses again. */
let last: { readonly key: string; readonly table: SideTable } | null = null;

async function sizesOf(file: string): Promise<SideTable | null> {
  const stat = await fs.stat(file).catch(() => null);
  if (stat === null) return null;
  const key = `${file} ${stat.size} ${stat.mtimeMs}`;
  if (last?.key !== key) last = { key, table: readSizes(await readTable(file)) };
  return last.table;
}

const isUncertainty = (key: string) => /uncertain|error|std|deviation|sigma/.test(key);

/** Lengths have their unit in the heading: a bare number in a column "thickness" is not one. */
function readSizes(table: Table): SideTable {
  const keys = table.rows[0]!.cells.map(nameKey);
  const thick = (uncertain: boolean) =>
    keys.findIndex((k) => /thickness/.test(k) && /nm/.test(k) && isUncertainty(k) === uncertain);
  const [size, thickness, thicknessStd] = [keys.findIndex((k) => /nm(per)?(pixel|px)/.test(k)), thick(false), thick(true)]; // prettier-ignore
  if (size < 0 && thickness < 0)
    throw new TableError(`${sidecar} is not understood: its first line has no column "nm/pixel"; it was not used.`);
  // A column of running numbers must not be taken for the names of 1.png and so on.
  const named = keys.flatMap((k, i) => (/image|file|name|picture|micrograph/.test(k) ? [i] : []));
  const values = [size, thickness, thicknessStd];
  const names = named.length > 0 ? named : keys.flatMap((_, i) => (values.includes(i) ? [] : [i]));
  const [nmPerPixel, thicknessNm, thicknessStdNm] = values.map((c) => (c < 0 ? null : readColumn(table, names, c)));
  return { nmPerPixel: nmPerPixel ?? null, thicknessNm: thicknessNm ?? null, thicknessStdNm: thicknessStdNm ?? null };
}

/** The values of a column by name. A name with contradictory values has none. */
function readColumn(table: Table, names: readonly number[], column: number): Column {
  const found = new Map<string, number | null>();
  for (const { cells } of table.rows.slice(1)) {
    const value = table.number(cells[column] ?? '');
    const known = value > 0 ? value : null;
    for (const name of new Set(
      names.map((c) => path.basename((cells[c] ?? '').replaceAll('\\', '/')).normalize('NFC')),
    )) {
      if (name === '') continue;
      found.set(name, found.has(name) && found.get(name) !== known ? null : known);
    }
  }
  return found;
}
