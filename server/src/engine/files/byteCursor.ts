import type { ByteSource } from './byteSource';

/** Bytes per read. */
const blockBytes = 32 * 1024;

/** Reads a file's values one after another. Call `need` before the values it covers; a value beyond the end throws `onEnd()`. */
export class ByteCursor {
  private buffer: Buffer = Buffer.alloc(0);
  /** Offset of `buffer` in the file. */
  private base = 0;
  private at = 0;
  littleEndian = false;

  constructor(
    private readonly bytes: ByteSource,
    private readonly onEnd: () => Error,
  ) {}

  get offset(): number {
    return this.base + this.at;
  }

  get size(): number {
    return this.bytes.size;
  }

  /** Moves to an offset in the file. @throws the error of `onEnd` if it is outside */
  seek(offset: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > this.bytes.size) throw this.onEnd();
    const inside = offset - this.base;
    if (inside >= 0 && inside <= this.buffer.length) this.at = inside;
    else {
      this.buffer = Buffer.alloc(0);
      [this.base, this.at] = [offset, 0];
    }
  }

  /** Reads the next `count` bytes, at most 1 MB, or as many as the file still has. */
  async need(count: number): Promise<void> {
    if (this.at + count <= this.buffer.length) return;
    if (count > 1e6) throw this.onEnd();
    const from = this.offset;
    this.buffer = await this.bytes.read(from, Math.max(count, blockBytes));
    [this.base, this.at] = [from, 0];
  }

  private next(count: number): number {
    if (this.at + count > this.buffer.length) throw this.onEnd();
    this.at += count;
    return this.at - count;
  }

  u8 = (): number => this.buffer.readUInt8(this.next(1));
  i8 = (): number => this.buffer.readInt8(this.next(1));
  u16 = (le = this.littleEndian): number => {
    const i = this.next(2);
    return le ? this.buffer.readUInt16LE(i) : this.buffer.readUInt16BE(i);
  };
  i16 = (): number => {
    const i = this.next(2);
    return this.littleEndian ? this.buffer.readInt16LE(i) : this.buffer.readInt16BE(i);
  };
  u32 = (le = this.littleEndian): number => {
    const i = this.next(4);
    return le ? this.buffer.readUInt32LE(i) : this.buffer.readUInt32BE(i);
  };
  i32 = (): number => {
    const i = this.next(4);
    return this.littleEndian ? this.buffer.readInt32LE(i) : this.buffer.readInt32BE(i);
  };
  u64 = (le = this.littleEndian): number => {
    const i = this.next(8);
    return Number(le ? this.buffer.readBigUInt64LE(i) : this.buffer.readBigUInt64BE(i));
  };
  i64 = (): number => {
    const i = this.next(8);
    return Number(this.littleEndian ? this.buffer.readBigInt64LE(i) : this.buffer.readBigInt64BE(i));
  };
  f32 = (): number => {
    const i = this.next(4);
    return this.littleEndian ? this.buffer.readFloatLE(i) : this.buffer.readFloatBE(i);
  };
  f64 = (): number => {
    const i = this.next(8);
    return this.littleEndian ? this.buffer.readDoubleLE(i) : this.buffer.readDoubleBE(i);
  };
  raw = (count: number): Buffer => {
    const i = this.next(count);
    return this.buffer.subarray(i, i + count);
  };
}
