/** Tiny microscope files for tests, written after the formats' descriptions. */

type Pixels = Uint8Array | Int16Array | Uint16Array | Uint32Array | Int32Array | Float32Array;

const bytesOf = (pixels: Pixels) => Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);

type Tag = Buffer | readonly (readonly [name: string, value: Tag])[];

export interface DmImageOptions {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** DigitalMicrograph's code: 1 int16, 2 float32, 6 uint8, 10 uint16, 23 colour */
  readonly dataType: number;
  readonly pixels: Pixels;
  readonly axes?: readonly { readonly scale: number; readonly unit: string }[];
  /** Calibration of the values. */
  readonly brightness?: { readonly units: string; readonly scale: number; readonly origin: number };
  /** Texts of ImageTags by path with dots. */
  readonly format?: string;
}

/** A DM3 or DM4 file, values little-endian. `thumbnails` are places in the image list. */
export function buildDm(version: 3 | 4, images: readonly DmImageOptions[], thumbnails: readonly number[]): Buffer {
  const count = (n: number) => {
    const b = Buffer.alloc(version === 4 ? 8 : 4);
    if (version === 4) b.writeBigUInt64BE(BigInt(n));
    else b.writeUInt32BE(n);
    return b;
  };
  const value = (info: readonly number[], data: Buffer) =>
    Buffer.concat([Buffer.from('%%%%'), count(info.length), ...info.map(count), data]);
  const int = (n: number) => {
    const b = Buffer.alloc(4);
    b.writeInt32LE(n);
    return value([3], b);
  };
  const float = (n: number) => {
    const b = Buffer.alloc(4);
    b.writeFloatLE(n);
    return value([6], b);
  };
  const text = (s: string) => value([20, 4, s.length], Buffer.from(s, 'utf16le'));
  const group = (entries: Tag): Buffer => {
    const list = entries as readonly (readonly [string, Tag])[];
    const parts = list.map(([name, tag]) => {
      const isGroup = !Buffer.isBuffer(tag);
      const body = isGroup ? group(tag) : tag;
      const head = Buffer.alloc(3);
      head.writeUInt8(isGroup ? 20 : 21, 0);
      head.writeUInt16BE(name.length, 1);
      return Buffer.concat([head, Buffer.from(name, 'latin1'), ...(version === 4 ? [count(body.length)] : []), body]);
    });
    return Buffer.concat([Buffer.from([1, 0]), count(list.length), ...parts]);
  };
  const element: Record<number, number> = { 1: 2, 2: 6, 6: 10, 7: 3, 10: 4, 11: 5, 23: 3 };
  const image = (o: DmImageOptions): Tag => [
    [
      'ImageData',
      [
        ['Calibrations', [
          ['Brightness', o.brightness ? [['Origin', float(o.brightness.origin)], ['Scale', float(o.brightness.scale)], ['Units', text(o.brightness.units)]] : []],
          ['Dimension', (o.axes ?? []).map((a) => ['', [['Scale', float(a.scale)], ['Units', text(a.unit)]]])],
        ]],
        ['Data', value([20, element[o.dataType]!, o.pixels.byteLength / bytesPer(o.dataType)], bytesOf(o.pixels))],
        ['DataType', int(o.dataType)],
        ['Dimensions', o.dimensions.map((d) => ['', int(d)])],
      ],
    ],
    ['Name', text(o.name)],
    ['ImageTags', o.format ? [['Meta Data', [['Format', text(o.format)]]]] : []],
  ] as Tag; // prettier-ignore
  const root = group([
    ['ImageList', images.map((i) => ['', image(i)] as const)],
    ['Thumbnails', thumbnails.map((t) => ['', [['ImageIndex', int(t)]]] as const)],
  ]);
  const head = Buffer.alloc(version === 4 ? 16 : 12);
  head.writeUInt32BE(version, 0);
  if (version === 4) head.writeBigUInt64BE(BigInt(root.length), 4);
  else head.writeUInt32BE(root.length, 4);
  head.writeUInt32BE(1, head.length - 4);
  return Buffer.concat([head, root, Buffer.alloc(8)]);
}

const bytesPer = (dataType: number) => ({ 1: 2, 6: 1, 10: 2 })[dataType] ?? 4;

export interface MrcOptions {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly mode: number;
  readonly pixels: Buffer;
  /** Size of the cell along x and y in Å. */
  readonly cell?: readonly [number, number];
  readonly bigEndian?: boolean;
  readonly extended?: Buffer;
  readonly extendedKind?: string;
  readonly imodUnsigned?: boolean;
}

export function buildMrc(o: MrcOptions): Buffer {
  const head = Buffer.alloc(1024);
  const int = (v: number, at: number) => (o.bigEndian ? head.writeInt32BE(v, at) : head.writeInt32LE(v, at));
  const float = (v: number, at: number) => (o.bigEndian ? head.writeFloatBE(v, at) : head.writeFloatLE(v, at));
  [o.width, o.height, o.depth ?? 1, o.mode].forEach((v, i) => int(v, 4 * i));
  [o.width, o.height, o.depth ?? 1].forEach((v, i) => int(v, 28 + 4 * i));
  (o.cell ?? [0, 0]).forEach((v, i) => float(v, 40 + 4 * i));
  [1, 2, 3].forEach((v, i) => int(v, 64 + 4 * i));
  int(o.extended?.length ?? 0, 92);
  if (o.extendedKind) head.write(o.extendedKind, 104, 'latin1');
  if (o.imodUnsigned) int(1146047817, 152);
  head.write('MAP ', 208, 'latin1');
  head.writeUInt8(o.bigEndian ? 0x11 : 0x44, 212);
  head.writeUInt8(o.bigEndian ? 0x11 : 0x44, 213);
  return Buffer.concat([head, o.extended ?? Buffer.alloc(0), o.pixels]);
}

/** A TIA series of float images, version 0x210 or 0x220. `deltas` in metres per pixel. */
export function buildSer(
  images: readonly Float32Array[],
  o: { readonly width: number; readonly height: number; readonly delta: number; readonly version?: 0x210 | 0x220 },
): Buffer {
  const long = o.version === 0x220;
  const entry = long ? 8 : 4;
  const head = Buffer.alloc(26 + entry);
  head.writeUInt16LE(0x4949, 0);
  head.writeUInt16LE(0x0197, 2);
  head.writeUInt16LE(o.version ?? 0x210, 4);
  head.writeUInt32LE(0x4122, 6);
  head.writeUInt32LE(0x4152, 10);
  head.writeUInt32LE(images.length, 14);
  head.writeUInt32LE(images.length, 18);
  if (long) head.writeBigUInt64LE(BigInt(head.length), 22);
  else head.writeUInt32LE(head.length, 22);
  const elements = images.map((pixels) => {
    const element = Buffer.alloc(50);
    for (const at of [0, 20]) element.writeDoubleLE(o.delta, at + 8);
    element.writeUInt16LE(7, 40);
    element.writeUInt32LE(o.width, 42);
    element.writeUInt32LE(o.height, 46);
    return Buffer.concat([element, bytesOf(pixels)]);
  });
  const table = Buffer.alloc(entry * images.length);
  let at = head.length + table.length;
  elements.forEach((e, i) => {
    if (long) table.writeBigUInt64LE(BigInt(at), i * entry);
    else table.writeUInt32LE(at, i * entry);
    at += e.length;
  });
  return Buffer.concat([head, table, ...elements]);
}
