import type { ResultTable } from '../../core/experiment/rows';
import { markdownTable } from '../../core/text/markdownTable';

/** A table as CSV (RFC 4180); numbers with six significant digits. */
export const toCsv = ({ columns, rows }: ResultTable): string =>
  [columns, ...rows].map((row) => row.map(cell).join(',')).join('\n') + '\n';

function cell(value: string | number | null): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  // A spreadsheet would run such a cell as a formula.
  const text = /^[=+@\t\r]|^-(?!\d)/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as Markdown; numbers with three decimals. */
export const toMarkdown = ({ title, columns, rows }: ResultTable): string =>
  [`# ${title}`, '', ...markdownLines({ columns, rows }), ''].join('\n');

/** The lines of a result's table in Markdown; numbers with three decimals. */
export const markdownLines = ({ columns, rows }: Pick<ResultTable, 'columns' | 'rows'>): string[] =>
  markdownTable(columns.map(short), rows.map((row) => row.map(short))); // prettier-ignore

/** A cell of a Markdown table: three decimals, a dash for an unknown value. */
export function short(value: string | number | null): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3);
  return value.replaceAll('|', '\\|');
}
