/**
 * One record after RFC 4180, without the line end. Text that a spreadsheet would take for a formula gets a leading
 * apostrophe, as OWASP advises, since file names come from anywhere; numbers stay numbers. Null is an empty field.
 */
export const csvRecord = (fields: readonly (string | number | null)[]): string => fields.map(csvField).join(',');

/** A whole table with CRLF after every record, as RFC 4180 asks. */
export const csvTable = (header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  [csvRecord(header), ...rows.map(csvRecord)].map((line) => `${line}\r\n`).join('');

function csvField(field: string | number | null): string {
  if (field === null) return '';
  if (typeof field === 'number') return Number.isFinite(field) ? String(field) : '';
  const text = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
