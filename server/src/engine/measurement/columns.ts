import { evidenceNames } from '../../core/detection/candidates';

/** A row-major table of 32-bit values, one row per candidate. */
export type Table = Float32Array | Int32Array;

/**
 * The tables in order: boxes, scores, classIds, evidence, features. The columns of the features may be those of another
 * version; see `versions` of the record.
 */
const tables = [
  { Type: Float32Array, columns: 4 },
  { Type: Float32Array, columns: 1 },
  { Type: Int32Array, columns: 1 },
  { Type: Float32Array, columns: evidenceNames.length },
  { Type: Float32Array, columns: null },
] as const;

/**
 * Tables one behind the other, each with its number of columns, column by column, and of each column first all lowest bytes,
 * then all second ones, and so on: bytes of similar values are adjacent and compress well.
 */
export function packColumns(values: readonly Table[], rows: number): Buffer {
  const parts: Buffer[] = [];
  for (const data of values) {
    const columns = rows ? data.length / rows : 0;
    const source = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const out = Buffer.allocUnsafe(4 + source.length);
    out.writeUInt32LE(columns, 0);
    let to = 4;
    for (let column = 0; column < columns; column++)
      for (let byte = 0; byte < 4; byte++)
        for (let row = 0; row < rows; row++) out[to++] = source[(row * columns + column) * 4 + byte]!;
    parts.push(out);
  }
  return Buffer.concat(parts);
}

/** The inverse; null if the bytes are not five tables of the expected widths. */
export function unpackColumns(bytes: Buffer, rows: number): Table[] | null {
  const out: Table[] = [];
  let at = 0;
  for (const { Type, columns: expected } of tables) {
    if (at + 4 > bytes.length) return null;
    const columns = bytes.readUInt32LE(at);
    at += 4;
    const length = rows * columns * 4;
    if ((rows > 0 && expected !== null && columns !== expected) || at + length > bytes.length) return null;
    const target = Buffer.alloc(length);
    for (let column = 0; column < columns; column++)
      for (let byte = 0; byte < 4; byte++)
        for (let row = 0; row < rows; row++) target[(row * columns + column) * 4 + byte] = bytes[at++]!;
    out.push(new Type(target.buffer, target.byteOffset, rows * columns));
  }
  return at === bytes.length ? out : null;
}
