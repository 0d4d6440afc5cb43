import { namesOfFeature, ownPrefix } from '../../core/features/featureNames';
import { nameKey } from '../../core/text/nameKey';
import { delimiterName, TableError, type Table, type TableRow } from '../files/table';

/** Rows of features read from a table. */
export interface FeatureRows {
  /** Unscaled values in the forest's order of features. */
  readonly rows: Float64Array[];
  /** The forest's feature of each used column, in the table's order of columns. */
  readonly order: number[];
}

/**
 * Reads a forest's features from a table. A header names the columns, in any order and among others; without a header
 * the table has just the forest's columns in the forest's order.
 * @throws TableError that names line and column, or the feature without a column
 */
export function readFeatureRows(table: Table, features: readonly string[]): FeatureRows {
  const [first, ...others] = table.rows;
  if (first!.cells.length === 1 && features.length > 1)
    throw new TableError(
      `Line ${first!.line} has one column: separate the columns by commas, semicolons or tabs, not by ${/\s/.test(first!.cells[0]!) ? 'spaces' : 'other characters'}.`,
    );
  const isNumber = (cell: string) => !Number.isNaN(table.number(cell));
  // An empty cell above an index column, as pandas writes it, belongs to a header.
  const isHeader = first!.cells.some((c) => c !== '' && !isNumber(c)) && !startsLikeRow(first!, isNumber);
  if (!isHeader) refuseNumberedHeader(first!, table, features);
  const columns = isHeader ? columnsByName(first!, features) : features.map((_, i) => i);
  const rows = isHeader ? others : table.rows;
  if (rows.length === 0) throw new TableError('The table has a header but no rows.');
  const width = isHeader ? first!.cells.length : features.length;
  const order = columns.map((column, feature) => ({ column, feature })).sort((a, b) => a.column - b.column);
  return {
    order: order.map((o) => o.feature),
    rows: rows.map(({ line, cells }) => {
      if (cells.length !== width)
        throw new TableError(
          `Line ${line} has ${cells.length} columns, separated by ${delimiterName(table)}; ${
            isHeader ? `the header has ${width}` : `the forest takes ${width}: ${features.join(', ')}`
          }.`,
        );
      return Float64Array.from(columns, (c) => {
        const value = table.number(cells[c]!);
        if (!Number.isFinite(value))
          throw new TableError(`Line ${line}, column ${c + 1} is not a number: "${cells[c]!.slice(0, 40)}".`);
        return value;
      });
    }),
  };
}

/** A row with an error, not a header: most of its cells are numbers and none of its words is a column name. */
const startsLikeRow = ({ cells }: TableRow, isNumber: (cell: string) => boolean): boolean =>
  cells.filter(isNumber).length > cells.length / 2;

/** @throws TableError for 0, 1, 2 … or 1, 2, 3 … above the rows: column numbers instead of names */
function refuseNumberedHeader({ line, cells }: TableRow, table: Table, features: readonly string[]): void {
  const numbers = cells.map((c) => table.number(c));
  if (cells.length < 3 || table.rows.length < 2) return;
  if (numbers.every((v, i) => v === i) || numbers.every((v, i) => v === i + 1))
    throw new TableError(
      `Line ${line} numbers the columns (${cells.slice(0, 3).join(', ')}, …) instead of naming them; name them ${features.join(', ')}, or remove the line.`,
    );
}

function columnsByName({ line, cells }: TableRow, features: readonly string[]): number[] {
  const keys = cells.map(nameKey);
  const missing: string[] = [];
  const columns = features.map((feature) => {
    const named = (names: readonly string[]) => {
      const wanted = new Set(names.map(nameKey));
      return keys.flatMap((k, i) => (wanted.has(k) ? [i] : []));
    };
    // `tem-gauge features` also writes a column "detections", which is another name of detectionCount.
    const exact = named([feature, `${ownPrefix}${feature}`]);
    const found = exact.length > 0 ? exact : named(namesOfFeature(feature));
    if (found.length > 1)
      throw new TableError(
        `The header (line ${line}) has two columns for ${feature}: "${cells[found[0]!]}" and "${cells[found[1]!]}".`,
      );
    if (found.length === 0) missing.push(feature);
    return found[0]!;
  });
  if (missing.length > 0)
    throw new TableError(
      `The header (line ${line}) has no column ${missing.join(', ')}; it has ${cells
        .slice(0, 12)
        .map((c) => `"${c.slice(0, 40)}"`)
        .join(', ')}${cells.length > 12 ? ', …' : ''}.`,
    );
  return columns;
}
