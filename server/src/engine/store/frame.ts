import zlib from 'node:zlib';

/**
 * The frames of a segment: an append-only file of records. Each has a header of 36 bytes with a separate checksum, so
 * that a reader can skip damage and find the next record:
 *
 * | bytes  | what                                                          |
 * | ------ | ------------------------------------------------------------- |
 * | 0–3    | marker `TGR1`                                                 |
 * | 4–7    | length of the payload                                         |
 * | 8–11   | CRC-32 of the payload                                         |
 * | 12     | kind of record                                                |
 * | 13     | tag, free for the kind (the level of an audited image)        |
 * | 14–15  | number, free for the kind (F1 in steps of 1/10000)            |
 * | 16–31  | key, 128 bits                                                 |
 * | 32–35  | CRC-32 of bytes 0–31                                          |
 */
export const headerBytes = 36;

const marker = Buffer.from('TGR1');
/** Maximum length of a payload in bytes: a record of the largest image is far shorter. */
const maxPayload = 256 * 1024 * 1024;

export interface FrameHeader {
  readonly kind: number;
  /** 0–255 */
  readonly tag: number;
  /** 0–65535 */
  readonly number: number;
  /** 32 hexadecimal digits. */
  readonly key: string;
}

export interface ParsedHeader extends FrameHeader {
  readonly length: number;
  readonly checksum: number;
}

/** A whole frame, to be written by one write. */
export function encodeFrame({ kind, tag, number, key }: FrameHeader, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(headerBytes + payload.length);
  marker.copy(out, 0);
  out.writeUInt32LE(payload.length, 4);
  out.writeUInt32LE(zlib.crc32(payload), 8);
  out.writeUInt8(kind, 12);
  out.writeUInt8(tag, 13);
  out.writeUInt16LE(number, 14);
  out.write(key, 16, 16, 'hex');
  out.writeUInt32LE(zlib.crc32(out.subarray(0, 32)), 32);
  out.set(payload, headerBytes);
  return out;
}

/** The header at an offset, or null where none begins or it is damaged. Needs `headerBytes` bytes from there on. */
export function parseHeader(bytes: Buffer, at: number): ParsedHeader | null {
  if (bytes.compare(marker, 0, 4, at, at + 4) !== 0) return null;
  if (zlib.crc32(bytes.subarray(at, at + 32)) !== bytes.readUInt32LE(at + 32)) return null;
  const length = bytes.readUInt32LE(at + 4);
  if (length > maxPayload) return null;
  return {
    length,
    checksum: bytes.readUInt32LE(at + 8),
    kind: bytes.readUInt8(at + 12),
    tag: bytes.readUInt8(at + 13),
    number: bytes.readUInt16LE(at + 14),
    key: bytes.toString('hex', at + 16, at + 32),
  };
}

/** Where the next marker begins at or after an offset, or -1. */
export const findMarker = (bytes: Buffer, from: number): number => bytes.indexOf(marker, from);

/** Whether a payload is the one its header was written for. */
export const intact = (header: Pick<ParsedHeader, 'checksum'>, payload: Uint8Array): boolean =>
  zlib.crc32(payload) === header.checksum;
