import { PickleError } from './pickleError';

/** Longest text in bytes. Protocol 2 stores the bytes of arrays as text. */
const maxText = 2 ** 27;
/** Longest integer in bytes. Python has no limit; models have 64 bits and a few seeds of 128. */
const maxLong = 64;

const cutShort = () => new PickleError('The pickle is cut short.');

/** Reads the arguments of opcodes from a position that moves on. Every read is checked against the file's end. */
export class PickleReader {
  private readonly view: DataView;
  private readonly utf8 = new TextDecoder();

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u1 = (): number => this.view.getUint8(this.need(1));
  u2 = (): number => this.view.getUint16(this.need(2), true);
  u4 = (): number => this.view.getUint32(this.need(4), true);
  u8 = (): number => Number(this.view.getBigUint64(this.need(8), true));
  i4 = (): number => this.view.getInt32(this.need(4), true);
  f8 = (): number => this.view.getFloat64(this.need(8), false);

  /** The next n bytes, without a copy. */
  raw(n: number): Uint8Array {
    const from = this.need(n);
    return this.bytes.subarray(from, this.at);
  }

  /** UTF-8 text of n bytes. */
  text(n: number): string {
    if (n > maxText) throw new PickleError('The pickle contains a text that is too long.');
    return this.utf8.decode(this.raw(n));
  }

  /** Bytes up to the next newline, which is skipped. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw cutShort();
    if (end - this.at > maxText) throw new PickleError('The pickle contains a text that is too long.');
    const value = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    return value;
  }

  textLine = (): string => this.utf8.decode(this.line());

  /** Protocol 0 text: latin-1 with \u escapes of four digits and \U escapes of eight. */
  rawUnicodeLine(): string {
    const text = Buffer.from(this.line()).toString('latin1');
    return text.replace(/\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/gi, (_, a: string | undefined, b: string | undefined) => {
      const code = Number.parseInt(a ?? b!, 16);
      if (code > 0x10ffff) throw new PickleError('The pickle is malformed.');
      return String.fromCodePoint(code);
    });
  }

  /** Little-endian two's complement of n bytes: a number where that is exact, a bigint otherwise. */
  long(n: number): number | bigint {
    if (n > maxLong) throw new PickleError('The pickle contains an integer that is too long.');
    if (n === 0) return 0;
    const b = this.raw(n);
    const unsigned = BigInt(`0x${Buffer.from(b).reverse().toString('hex')}`);
    const value = b[n - 1]! & 0x80 ? unsigned - (1n << BigInt(8 * n)) : unsigned;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  private need(n: number): number {
    if (!(n >= 0) || this.at + n > this.bytes.length) throw cutShort();
    this.at += n;
    return this.at - n;
  }
}
