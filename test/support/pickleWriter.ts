import { Op } from '../../server/src/engine/import/pickle/opcodes';

type Part = number | string | Uint8Array;

/** A pickle of protocol 4 from opcodes (numbers), texts (pushed as BINUNICODE) and raw argument bytes. */
export const pickle = (...parts: Part[]): Buffer =>
  Buffer.concat([Buffer.of(Op.PROTO, 4), ...parts.map(encode), Buffer.of(Op.STOP)]);

function encode(part: Part): Uint8Array {
  if (typeof part === 'number') return Buffer.of(part);
  if (typeof part !== 'string') return part;
  const text = Buffer.from(part);
  const head = Buffer.alloc(5);
  head[0] = Op.BINUNICODE;
  head.writeUInt32LE(text.length, 1);
  return Buffer.concat([head, text]);
}

/** GLOBAL module.name */
export const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);

/** BININT value */
export function int(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = Op.BININT;
  bytes.writeInt32LE(value, 1);
  return bytes;
}

/** The same bytes n times. */
export const repeat = (n: number, ...bytes: number[]): Buffer => Buffer.alloc(n * bytes.length, Buffer.from(bytes));
