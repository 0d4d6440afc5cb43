import type { ByteSource } from '../../../files/byteSource';
import { damaged, unsupported } from '../format';

/** Bytes per value of each TIFF field type; 0 for unknown types. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

const maxTags = 4096;
const maxPages = 65_536;
/** Largest number of values of a numeric tag, reached by the strips of the tallest image. */
const maxValues = 2e6;
/** Bytes of one text tag that are read. */
const maxText = 4e6;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Offset of the values in the file. */
  readonly at: number;
}

/** One image file directory of a TIFF; values are read on request. */
export class Directory {
  constructor(
    private readonly file: TiffFile,
    private readonly entries: ReadonlyMap<number, Entry>,
  ) {}

  has(tag: number): boolean {
    return this.entries.has(tag);
  }

  /** All values of a numeric tag; null where the tag is absent. Rationals become quotients. @throws ImageRefusal */
  async numbers(tag: number): Promise<number[] | null> {
    const entry = this.entries.get(tag);
    if (!entry) return null;
    if (entry.count > maxValues) throw damaged(`tag ${tag} has ${entry.count} values`);
    const size = typeBytes[entry.type] ?? 0;
    if (!size) return null;
    const bytes = await this.file.bytes.read(entry.at, entry.count * size);
    if (bytes.length < entry.count * size) throw damaged(`tag ${tag} lies outside the file`);
    return Array.from({ length: entry.count }, (_, i) => this.value(bytes, i * size, entry.type));
  }

  /** First value of a numeric tag, or `otherwise`. @throws ImageRefusal */
  async number(tag: number, otherwise: number): Promise<number> {
    return (await this.numbers(tag))?.[0] ?? otherwise;
  }

  /** Text up to 4 MB, decoded as UTF-8 where it is valid, else as Latin-1; null where the tag is absent. */
  async text(tag: number): Promise<string | null> {
    const bytes = await this.bytes(tag);
    if (!bytes) return null;
    const end = bytes.indexOf(0);
    const part = end < 0 ? bytes : bytes.subarray(0, end);
    const utf8 = part.toString('utf8');
    return utf8.includes('\ufffd') ? part.toString('latin1') : utf8;
  }

  /** Raw bytes of a tag of any type, up to 4 MB. */
  async bytes(tag: number): Promise<Buffer | null> {
    const entry = this.entries.get(tag);
    if (!entry) return null;
    return this.file.bytes.read(entry.at, Math.min(maxText, entry.count * Math.max(1, typeBytes[entry.type] ?? 1)));
  }

  /**
   * Offset of the structure that a tag points to: its only number, or the place of its values where it has several. Null
   * where the tag is absent or 0.
   */
  async offsetIn(tag: number): Promise<number | null> {
    const entry = this.entries.get(tag);
    if (!entry) return null;
    return (entry.count === 1 ? await this.number(tag, 0) : entry.at) || null;
  }

  private value(b: Buffer, at: number, type: number): number {
    const le = this.file.littleEndian;
    switch (type) {
      case 6:
        return b.readInt8(at);
      case 3:
        return le ? b.readUInt16LE(at) : b.readUInt16BE(at);
      case 8:
        return le ? b.readInt16LE(at) : b.readInt16BE(at);
      case 4:
      case 13:
        return le ? b.readUInt32LE(at) : b.readUInt32BE(at);
      case 9:
        return le ? b.readInt32LE(at) : b.readInt32BE(at);
      case 5:
        return le ? b.readUInt32LE(at) / b.readUInt32LE(at + 4) : b.readUInt32BE(at) / b.readUInt32BE(at + 4);
      case 10:
        return le ? b.readInt32LE(at) / b.readInt32LE(at + 4) : b.readInt32BE(at) / b.readInt32BE(at + 4);
      case 11:
        return le ? b.readFloatLE(at) : b.readFloatBE(at);
      case 12:
        return le ? b.readDoubleLE(at) : b.readDoubleBE(at);
      case 16:
      case 18:
        return Number(le ? b.readBigUInt64LE(at) : b.readBigUInt64BE(at));
      case 17:
        return Number(le ? b.readBigInt64LE(at) : b.readBigInt64BE(at));
      default:
        return b.readUInt8(at);
    }
  }
}

/** A TIFF or BigTIFF file: byte order and chain of directories. */
export class TiffFile {
  private constructor(
    readonly bytes: ByteSource,
    readonly littleEndian: boolean,
    private readonly big: boolean,
  ) {}

  /** @throws ImageRefusal */
  static async open(bytes: ByteSource): Promise<{ file: TiffFile; directories: Directory[] }> {
    const head = await bytes.read(0, 16);
    if (head.length < 8) throw damaged();
    const littleEndian = head[0] === 0x49;
    const version = littleEndian ? head.readUInt16LE(2) : head.readUInt16BE(2);
    if (version !== 42 && version !== 43) throw unsupported('The file is not a TIFF of a known version.');
    const file = new TiffFile(bytes, littleEndian, version === 43);
    return { file, directories: await file.chain(version === 43 ? file.offset(head, 8) : file.offset(head, 4)) };
  }

  private async chain(first: number): Promise<Directory[]> {
    const out: Directory[] = [];
    const seen = new Set<number>();
    for (let at = first; at !== 0 && !seen.has(at) && out.length < maxPages;) {
      seen.add(at);
      const read = await this.directory(at);
      // A chain that leads outside the file ends; the directories before it are valid.
      if (!read) break;
      out.push(read.directory);
      at = read.next;
    }
    if (out.length === 0) throw damaged('there is no image directory');
    return out;
  }

  private async directory(at: number): Promise<{ directory: Directory; next: number } | null> {
    const [countBytes, entryBytes, valueBytes] = this.big ? [8, 20, 8] : [2, 12, 4];
    const head = await this.bytes.read(at, countBytes);
    if (head.length < countBytes) return null;
    const count = this.big ? this.offset(head, 0) : this.littleEndian ? head.readUInt16LE(0) : head.readUInt16BE(0);
    if (count > maxTags || count === 0) return null;
    const body = await this.bytes.read(at + countBytes, count * entryBytes + valueBytes);
    if (body.length < count * entryBytes) return null;
    const entries = new Map<number, Entry>();
    for (let i = 0; i < count; i++) {
      const o = i * entryBytes;
      const tag = this.littleEndian ? body.readUInt16LE(o) : body.readUInt16BE(o);
      const type = this.littleEndian ? body.readUInt16LE(o + 2) : body.readUInt16BE(o + 2);
      const values = this.big ? this.offset(body, o + 4) : this.short(body, o + 4);
      const field = o + (this.big ? 12 : 8);
      const inline = values * (typeBytes[type] ?? 0) <= valueBytes;
      const where = inline ? at + countBytes + field : this.offset(body, field);
      if (!entries.has(tag)) entries.set(tag, { type, count: values, at: where });
    }
    const next = body.length >= count * entryBytes + valueBytes ? this.offset(body, count * entryBytes) : 0;
    return { directory: new Directory(this, entries), next };
  }

  private short(b: Buffer, at: number): number {
    return this.littleEndian ? b.readUInt32LE(at) : b.readUInt32BE(at);
  }

  private offset(b: Buffer, at: number): number {
    if (!this.big) return this.short(b, at);
    if (b.length < at + 8) throw damaged();
    return Number(this.littleEndian ? b.readBigUInt64LE(at) : b.readBigUInt64BE(at));
  }
}
