import type { Row } from './frames';

/** Columns of the table of an audit, one row per image. */
export const csvColumns = [
  'file',
  'outcome',
  'level',
  'f1',
  'f1_low',
  'f1_high',
  'detections',
  'nm_per_pixel',
  'nm_per_pixel_source',
  'reason',
] as const;

/** Values of the columns; null where unknown. */
export const rowValues = (r: Row): (string | number | null)[] => [
  r.path,
  r.outcome,
  r.reliability,
  r.f1,
  r.interval?.low ?? null,
  r.interval?.high ?? null,
  r.detections,
  r.nmPerPixel,
  r.nmPerPixelSource,
  r.reason,
];

/** One line of comma-separated values (RFC 4180) for a result. */
export const csvRow = (r: Row): string => csvLine(rowValues(r));

/** First line of the CSV table of a job, with the names of the columns. */
export const csvHeader = (): string => csvLine(csvColumns);

const csvLine = (cells: readonly (string | number | null)[]): string => cells.map(cell).join(',') + '\r\n';

/** Quoted where needed; text that a spreadsheet would interpret as a formula gets an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
