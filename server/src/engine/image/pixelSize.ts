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

/** nm per pixel by name; null where a name has several. */
export type Sizes = ReadonlyMap<string, number | null>;

/** The table of a folder; null where there is none. @throws TableError for one that cannot be understood */
export const sidecarPixelSizes = (folder: string): Promise<Sizes | null> => sizesOf(path.join(folder, sidecar));

/** nm per pixel of a file in a folder's table; null where it does not contain it. */
export function sizeIn(sizes: Sizes, file: string): number | null {
  const name = path.basename(file).normalize('NFC');
  return sizes.get(name) ?? sizes.get(path.parse(name).name) ?? null;
}

/** The last table, which the next image of the folder uses again. */
let last: { readonly key: string; readonly sizes: Sizes } | null = null;

async function sizesOf(file: string): Promise<Sizes | null> {
  const stat = await fs.stat(file).catch(() => null);
  if (stat === null) return null;
  const key = `${file} ${stat.size} ${stat.mtimeMs}`;
  if (last?.key !== key) last = { key, sizes: readSizes(await readTable(file)) };
  return last.sizes;
}

/** Pixel sizes by name. A name with contradictory sizes has none. */
function readSizes(table: Table): Sizes {
  const [header, ...rows] = table.rows;
  const keys = header!.cells.map(nameKey);
  const size = keys.findIndex((k) => /nm(per)?(pixel|px)/.test(k));
  if (size < 0)
    throw new TableError(`${sidecar} is not understood: its first line has no column «nm/pixel»; it was not used.`);
  // A column of running numbers must not be taken for the names of 1.png and so on.
  const named = keys.flatMap((k, i) => (/image|file|name|picture|micrograph/.test(k) ? [i] : []));
  const columns = named.length > 0 ? named : keys.flatMap((_, i) => (i === size ? [] : [i]));
  const sizes = new Map<string, number | null>();
  for (const { cells } of rows) {
    const value = table.number(cells[size] ?? '');
    const nm = value > 0 ? value : null;
    for (const name of new Set(
      columns.map((c) => path.basename((cells[c] ?? '').replaceAll('\\', '/')).normalize('NFC')),
    )) {
      if (name === '') continue;
      sizes.set(name, sizes.has(name) && sizes.get(name) !== nm ? null : nm);
    }
  }
  return sizes;
}
