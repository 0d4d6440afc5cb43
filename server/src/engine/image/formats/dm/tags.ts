import { ByteCursor } from '../../../files/byteCursor';
import type { ByteSource } from '../../../files/byteSource';
import { damaged, unsupported } from '../format';

/** An array that is left in the file. */
export interface DmArray {
  readonly kind: 'array';
  readonly offset: number;
  readonly count: number;
  /** Bytes of one element. */
  readonly size: number;
  /** Type codes of one element: several for a structure. */
  readonly types: readonly number[];
}

export type DmValue = number | string | readonly number[] | DmArray | DmGroup;

/** Tags by name; tags without a name are counted from 0. */
export type DmGroup = Map<string, DmValue>;

export interface DmFile {
  readonly version: 3 | 4;
  readonly littleEndian: boolean;
  readonly root: DmGroup;
}

const maxTags = 300_000;
const maxDepth = 64;
/** Arrays of 16-bit values up to this length are texts such as units and names, unless they are an image's data. */
const maxTextLength = 4096;
const maxFields = 256;

/** Bytes of each simple type code. */
const typeBytes: Readonly<Record<number, number>> = {
  2: 2, 3: 4, 4: 2, 5: 4, 6: 4, 7: 8, 8: 1, 9: 1, 10: 1, 11: 8, 12: 8,
}; // prettier-ignore

/**
 * Reads the tags of a Gatan DigitalMicrograph file, version 3 or 4; arrays of pixels stay in the file.
 * Layout after ncempy's `dm.py` and Greg Jefferis' description of DM3.
 * @throws ImageRefusal for a damaged file, or one with more tags or levels than any microscope writes
 */
export async function readDmTags(bytes: ByteSource): Promise<DmFile> {
  const cursor = new ByteCursor(bytes, damaged);
  await cursor.need(16);
  const version = cursor.u32(false);
  if (version !== 3 && version !== 4)
    throw unsupported(`DigitalMicrograph files of version ${version} are not supported.`);
  if (version === 4) cursor.u64(false);
  else cursor.u32(false);
  const littleEndian = cursor.u32(false) === 1;
  cursor.littleEndian = littleEndian;
  const reader = new TagReader(cursor, version === 4);
  return { version, littleEndian, root: await reader.group(0) };
}

class TagReader {
  private tags = 0;
  constructor(
    private readonly cursor: ByteCursor,
    private readonly long: boolean,
  ) {}

  /** Lengths and counts are big-endian, whatever the order of the values. */
  private count(): number {
    return this.long ? this.cursor.u64(false) : this.cursor.u32(false);
  }

  async group(depth: number): Promise<DmGroup> {
    if (depth > maxDepth) throw damaged('too many levels of tags');
    const { cursor } = this;
    await cursor.need(10);
    cursor.u16();
    const entries = this.count();
    const group: DmGroup = new Map();
    for (let i = 0; i < entries; i++) {
      if (++this.tags > maxTags) throw damaged('too many tags');
      await cursor.need(3);
      const type = cursor.u8();
      if (type === 0) break;
      const length = cursor.u16(false);
      await cursor.need(length + 8);
      const name = cursor.raw(length).toString('latin1') || String(i);
      if (this.long) cursor.u64(false);
      if (type === 20) group.set(name, await this.group(depth + 1));
      else if (type === 21) group.set(name, await this.data(name));
      else throw damaged('an unknown kind of tag');
    }
    return group;
  }

  private async data(name: string): Promise<DmValue> {
    const { cursor } = this;
    await cursor.need(4 + 8);
    if (cursor.raw(4).toString('latin1') !== '%%%%') throw damaged('a tag without its mark');
    const n = this.count();
    if (n < 1 || n > 2 * maxFields + 8) throw damaged('a tag without a type');
    await cursor.need(n * 8);
    const info = Array.from({ length: n }, () => this.count());
    const [type] = info;
    if (type === 20) return this.array(info, name !== 'Data');
    if (type === 15) return this.structure(fieldTypes(info, 1));
    if (type === 18) {
      const length = info[1] ?? 0;
      if (length > maxTextLength) return this.skip(length * 2, 2, [4]);
      await cursor.need(length * 2);
      return cursor.raw(length * 2).toString('utf16le');
    }
    await cursor.need(8);
    return this.value(type!);
  }

  private async structure(types: readonly number[]): Promise<readonly number[]> {
    await this.cursor.need(types.length * 8);
    return types.map((t) => this.value(t));
  }

  private async array(info: readonly number[], maybeText: boolean): Promise<DmValue> {
    const count = info.at(-1)!;
    const types = info[1] === 15 ? fieldTypes(info, 2) : [info[1] ?? 0];
    const size = types.reduce((sum, t) => sum + bytesOf(t), 0);
    if (maybeText && types.length === 1 && types[0] === 4 && count <= maxTextLength) {
      await this.cursor.need(count * 2);
      const codes = Array.from({ length: count }, () => this.cursor.u16());
      return String.fromCharCode(...codes);
    }
    return this.skip(count * size, size, types);
  }

  private skip(bytes: number, size: number, types: readonly number[]): DmArray {
    const { offset } = this.cursor;
    this.cursor.seek(offset + bytes);
    return { kind: 'array', offset, count: size ? bytes / size : 0, size, types };
  }

  private value(type: number): number {
    const { cursor } = this;
    switch (type) {
      case 2: return cursor.i16();
      case 3: return cursor.i32();
      case 4: return cursor.u16();
      case 5: return cursor.u32();
      case 6: return cursor.f32();
      case 7: return cursor.f64();
      case 8: case 10: return cursor.u8();
      case 9: return cursor.i8();
      case 11: return cursor.i64();
      case 12: return cursor.u64();
      default: throw damaged(`an unknown type ${type} of a tag`);
    } // prettier-ignore
  }
}

/** Types of a structure's fields: after its type code come the length of its name, the number of fields, and pairs of name length and type. */
function fieldTypes(info: readonly number[], at: number): number[] {
  const fields = info[at + 1] ?? 0;
  if (fields > maxFields || at + 2 + 2 * fields > info.length) throw damaged('a structure without its fields');
  return Array.from({ length: fields }, (_, i) => info[at + 3 + 2 * i]!);
}

function bytesOf(type: number): number {
  const size = typeBytes[type];
  if (size === undefined) throw damaged(`an unknown type ${type} of an array`);
  return size;
}
