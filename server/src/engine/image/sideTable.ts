import path from 'node:path';
import { parseLength } from '../../core/image/lengthUnit';
import { pixelSizeHeading } from '../../core/image/pixelSizeHeading';
import { nameKey } from '../../core/text/nameKey';
import { printable } from '../../core/text/printable';
import { TableError, type Table, type TableRow } from '../files/table';

/** Name of the table beside images. */
export const sidecar = 'image_nm_pixel_conversions.csv';

/** A column of lengths in nm. */
interface Column {
  /** Values by name of the image, and by its lower case, as `entryKey` and `foldedKey` spell them. */
  readonly values: ReadonlyMap<string, Value>;
}

/** A length in nm, or a sentence where the content of the cell cannot be used. */
type Value = number | { readonly fault: string };

/** Pixel sizes and foil thicknesses of the table of a folder. */
export interface SideTable {
  readonly nmPerPixel: Column | null;
  readonly thicknessNm: Column | null;
  /** Standard deviation of the thickness in nm. */
  readonly thicknessStdNm: Column | null;
}

/**
 * Value of a file in a column, by its name with or without extension, also with other capitals.
 * @returns nm; null where the column does not contain it
 * @throws TableError for a value that cannot be used
 */
export function valueIn(column: Column | null, file: string): number | null {
  if (!column) return null;
  const names = [path.basename(file), path.parse(file).name];
  const value = [...names.map(entryKey), ...names.map(foldedKey)]
    .map((k) => column.values.get(k))
    .find((v) => v !== undefined);
  if (value === undefined) return null;
  if (typeof value !== 'number') throw new TableError(value.fault);
  return value;
}

const entryKey = (name: string) => name.normalize('NFC');
/** No name of a file contains a slash. */
const foldedKey = (name: string) => `/${name.normalize('NFC').toLowerCase()}`;

const isUncertainty = (key: string) => /uncertain|error|std|deviation|sigma/.test(key);

/** A longer length, one millimetre, is neither that of a pixel nor the thickness of a foil. */
const largestNm = 1e6;

/** Lines above the header: titles and comments. */
const mostTitles = 20;

interface Heading {
  readonly column: number;
  /** nm per unit of the numbers; `cells` where each cell has its unit. */
  readonly unit: number | 'cells';
}

/**
 * Reads the table beside images. Lengths have their unit in the heading or in the cell: a bare number in a column "thickness" is
 * not one.
 * @throws TableError for a table without such a column
 */
export function readSideTable(table: Table): SideTable {
  for (const [above, { cells }] of table.rows.slice(0, mostTitles).entries()) {
    const keys = cells.map(nameKey);
    const size = sizeHeading(cells, keys);
    const [thickness, thicknessStd] = [false, true].map((uncertain): Heading | null => {
      const column = keys.findIndex((k) => /thickness/.test(k) && /nm/.test(k) && isUncertainty(k) === uncertain);
      return column < 0 ? null : { column, unit: 1 };
    });
    if ((!size && !thickness) || cells.length < 2) continue;
    // A column of running numbers must not be taken for the names of 1.png and so on.
    const named = keys.flatMap((k, i) => (/image|file|name|picture|micrograph/.test(k) ? [i] : []));
    const headings = [size, thickness, thicknessStd];
    const values = headings.map((h) => h?.column);
    const names = named.length > 0 ? named : keys.flatMap((_, i) => (values.includes(i) ? [] : [i]));
    const rows = table.rows.slice(above + 1);
    const [nmPerPixel, thicknessNm, thicknessStdNm] = headings.map((h) => (h ? readColumn({ ...table, rows }, names, h) : null)); // prettier-ignore
    return { nmPerPixel: nmPerPixel ?? null, thicknessNm: thicknessNm ?? null, thicknessStdNm: thicknessStdNm ?? null };
  }
  throw new TableError(`${sidecar} is not understood: its first line has no column "nm/pixel"; it was not used.`);
}

/** The column of pixel sizes; one with its unit in the heading is preferred. */
function sizeHeading(cells: readonly string[], keys: readonly string[]): Heading | null {
  const found = cells.flatMap((cell, column): Heading[] => {
    const unit = isUncertainty(keys[column]!) ? null : pixelSizeHeading(cell);
    return unit === null ? [] : [{ column, unit }];
  });
  return found.find((h) => h.unit !== 'cells') ?? found[0] ?? null;
}

/** The values of a column by name. */
function readColumn(table: Table, names: readonly number[], heading: Heading): Column {
  const values = new Map<string, Value>();
  for (const row of table.rows) {
    const value = readLength(table, row, heading);
    if (value === null) continue;
    const spellings = names.flatMap((c) => {
      const name = path.basename((row.cells[c] ?? '').replaceAll('\\', '/'));
      return name === '' ? [] : [entryKey(name), foldedKey(name)];
    });
    for (const name of new Set(spellings)) {
      const fault = `${place(row)} has another value for ${printable(name.replace('/', ''))} than a line above; neither was used.`;
      values.set(name, values.has(name) && values.get(name) !== value ? { fault } : value);
    }
  }
  return { values };
}

/** A length in nm from a cell, with the unit of the cell or of the heading; null for an empty cell. */
function readLength(table: Table, row: TableRow, { column, unit }: Heading): Value | null {
  const cell = row.cells[column] ?? '';
  const written = parseLength(cell);
  const number = table.number(cell);
  const what = `${place(row)} has "${printable(cell.slice(0, 40))}" as a length`;
  if (written === null && number > 0 && unit === 'cells') return { fault: `${what}, without a unit; it was not used.` };
  const nm = written ?? (number > 0 && unit !== 'cells' ? number * unit : null);
  if (nm !== null && nm <= largestNm) return nm;
  return nm !== null || /\p{Nd}/u.test(cell) ? { fault: `${what}; it was not used.` } : null;
}

const place = (row: TableRow) => `Line ${row.line} of ${sidecar}`;
