/**
 * Text of a file whose encoding is not stated, as spreadsheets and labelling tools write it: UTF-8 or UTF-16, with or
 * without a byte-order mark, else Windows-1252 (Excel's "CSV" on a European Windows).
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decode('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decode('utf-16be', bytes);
  // ASCII text in UTF-16 has a zero in every second byte; UTF-8 text has no zeros.
  if (bytes.length >= 2 && bytes[0] !== 0 && bytes[1] === 0) return decode('utf-16le', bytes);
  if (bytes.length >= 2 && bytes[0] === 0 && bytes[1] !== 0) return decode('utf-16be', bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decode('windows-1252', bytes);
  }
}

/** The decoder removes the byte-order mark. */
const decode = (encoding: string, bytes: Uint8Array): string => new TextDecoder(encoding).decode(bytes);
