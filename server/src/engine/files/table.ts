import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { nameKey } from '../../core/text/nameKey';
import { decodeText } from './decodeText';
import { fileLimits, FileReadError, readRegularFile } from './readRegularFile';

/** Why a table cannot be used, in one sentence. */
export class TableError extends Error {
  override name = 'TableError';
}

export interface TableRow {
  /** Line of the file on which the row ends, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A delimited text table: all rows, the header (if there is one) included. */
export interface Table {
  readonly delimiter: Delimiter;
  readonly rows: readonly TableRow[];
  /** Number in a cell, with the table's decimal mark; NaN if it contains none. */
  readonly number: (cell: string) => number;
}

/** In order of preference: a comma may also be a decimal mark or part of a name. */
const delimiters = ['\t', ';', ','] as const;
type Delimiter = (typeof delimiters)[number];

const delimiterNames: Record<Delimiter, string> = { '\t': 'tabs', ';': 'semicolons', ',': 'commas' };

/** "tabs", "semicolons" or "commas", for messages. */
export const delimiterName = (table: Table): string => delimiterNames[table.delimiter];

/**
 * Reads a table with columns separated by tabs, semicolons or commas, in any encoding that {@link decodeText} supports.
 * @throws TableError for a file that cannot be read, is too large or is not such a table
 */
export async function readTable(file: string): Promise<Table> {
  const bytes = await readRegularFile(file, { maxBytes: fileLimits.table }).catch((error: unknown) => {
    throw error instanceof FileReadError ? new TableError(error.message) : error;
  });
  return parseTable(decodeText(bytes), path.basename(file));
}

/**
 * Splits text into rows of trimmed cells (RFC 4180 quotes) and finds the separator and the decimal mark.
 * @param name of the file, for messages
 * @throws TableError for text that is not a table, and for numbers with two decimal marks
 */
export function parseTable(text: string, name = 'The table'): Table {
  if (text.includes('\0')) throw new TableError(`${name} is not a text table: it contains binary data.`);
  // Excel's separator hint is not a row.
  const body = text.replace(/^\uFEFF?sep=([^\r\n])\r?\n/i, '\n');
  const present = delimiters.filter((delimiter) => body.includes(delimiter));
  const tries = (present.length > 0 ? present : ([','] as const)).map((delimiter) => tryParse(body, delimiter));
  const sound = tries.filter((t) => t.rows.length > 0);
  const broken = tries.find((t) => t.error !== null);
  if (sound.length === 0)
    throw new TableError(broken ? `${name} is not a table: ${broken.error}` : `${name} has no rows.`);
  const even = sound.find((t) => t.columns > 1 && t.rows.every((r) => r.cells.length === t.columns));
  // If no separator gives all rows the same number of cells, the header determines it: the first row with several.
  const widest = sound.reduce((a, b) => (b.columns > a.columns ? b : a));
  const best = even ?? (widest.columns > 1 ? widest : belowTitles(sound));
  return { delimiter: best.delimiter, rows: best.rows, number: numberReader(best, name) };
}

/** The separator of the first row that has one; titles and comments above it have none. */
function belowTitles(tries: readonly Parsed[]): Parsed {
  const first = (t: Parsed) => t.rows.find((r) => r.cells.length > 1)?.line ?? Infinity;
  return tries.reduce((a, b) => (first(b) < first(a) ? b : a));
}

interface Parsed {
  readonly delimiter: Delimiter;
  readonly rows: readonly TableRow[];
  /** Cells of the first row. */
  readonly columns: number;
  readonly error: string | null;
}

function tryParse(text: string, delimiter: Delimiter): Parsed {
  try {
    const rows: TableRow[] = [];
    parse(text, {
      bom: true,
      // A tab is a separator or white space, not both.
      ltrim: delimiter !== '\t',
      rtrim: delimiter !== '\t',
      delimiter,
      skip_empty_lines: true,
      // A quote inside a cell (5" film) is a character.
      relax_quotes: true,
      relax_column_count: true,
      // Spreadsheets leave rows of separators below a table.
      skip_records_with_empty_values: true,
      // Kept here and not by the parser, whose option `info` would add half a kilobyte to each row.
      on_record: (record: string[], { lines }) => {
        rows.push({ line: lines, cells: record.map((c) => c.trim()) });
        return null;
      },
    });
    return { delimiter, rows, columns: rows[0]?.cells.length ?? 0, error: null };
  } catch (error) {
    return { delimiter, rows: [], columns: 0, error: (error as Error).message };
  }
}

const withPoint = /^[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?$/i;
const withComma = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
const thousands = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Commas in cells are decimal marks; refused if they may also separate thousands. */
function numberReader({ rows, delimiter }: Parsed, name: string): (cell: string) => number {
  let comma: TableRow | undefined;
  let point: TableRow | undefined;
  let decimals = false;
  for (const row of rows) {
    const withCommas = row.cells.filter((c) => withComma.test(c));
    if (withCommas.length > 0) comma ??= row;
    if (withCommas.some((c) => !thousands.test(c))) decimals = true;
    if (!point && row.cells.some((c) => withPoint.test(c))) point = row;
  }
  return (cell) => {
    if (!comma || !withComma.test(cell)) return plain.test(cell) ? Number(cell) : NaN;
    if (point)
      throw new TableError(
        `${name} has numbers with a comma (line ${comma.line}) and with a decimal point (line ${point.line}); use one of them.`,
      );
    if (delimiter === ',' && !decimals)
      throw new TableError(
        `${name} has numbers such as ${cell} (line ${comma.line}), whose comma may be a decimal mark or separate thousands; write a decimal point.`,
      );
    return Number(cell.replace(',', '.'));
  };
}

/** Index of the column with one of the names, compared by letters and digits without case; -1 without one. */
export function columnIndex(header: readonly string[], ...names: readonly string[]): number {
  const wanted = new Set(names.map(nameKey));
  return header.findIndex((h) => wanted.has(nameKey(h)));
}
