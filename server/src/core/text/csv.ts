/**
 * One record after RFC 4180, without the line end. Text that a spreadsheet would interpret as a formula gets a leading
 * apostrophe, as OWASP advises, since file names come from anywhere; numbers stay numbers. Null is an empty field.
 */
export const csvRecord = (fields: readonly (string | number | null)[]): string => fields.map(csvField).join(',');

/** A whole table with CRLF after every record (RFC 4180). */
export const csvTable = (header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  [csvRecord(header), ...rows.map(csvRecord)].map((line) => `${line}\r\n`).join('');

/** The same table for the clipboard: separated by tabs, which spreadsheets paste into cells; without quotes, so that tabs and line ends inside a text become spaces. */
export const tabTable = (header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  [header, ...rows].map((row) => `${row.map(tabField).join('\t')}\r\n`).join('');

function csvField(field: string | number | null): string {
  const text = plainField(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const tabField = (field: string | number | null): string => plainField(field).replace(/[\t\r\n]+/g, ' ');

function plainField(field: string | number | null): string {
  if (field === null) return '';
  if (typeof field === 'number') return Number.isFinite(field) ? String(field) : '';
  return /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
}
