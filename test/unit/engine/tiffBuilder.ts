/** Little-endian uncompressed gray TIFFs for tests. */
export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  readonly pixels: Int16Array | Uint16Array | Uint8Array | Float64Array;
  /** 1 unsigned, 2 signed, 3 floating point */
  readonly sampleFormat: 1 | 2 | 3;
  /** Pixels per unit. */
  readonly resolution?: number;
  /** 2 inch, 3 centimetre */
  readonly resolutionUnit?: number;
  readonly description?: string;
  /** Text of FEI's tag 34682. */
  readonly fei?: string;
}

export function buildTiff(o: TiffOptions): Buffer {
  const tail: Buffer[] = [];
  const pixels = Buffer.from(o.pixels.buffer, o.pixels.byteOffset, o.pixels.byteLength);
  let end = 8 + pixels.length;
  const append = (b: Buffer) => {
    tail.push(b);
    end += b.length;
    return end - b.length;
  };
  const tags: [number, number, number, number][] = [
    [256, 3, 1, o.width],
    [257, 3, 1, o.height],
    [258, 3, 1, o.pixels.BYTES_PER_ELEMENT * 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
  ];
  if (o.description !== undefined) {
    const text = Buffer.from(o.description + '\0', 'latin1');
    tags.push([270, 2, text.length, append(text)]);
  }
  tags.push([273, 4, 1, 8], [277, 3, 1, 1], [278, 3, 1, o.height], [279, 4, 1, pixels.length]);
  if (o.resolution !== undefined) {
    const rational = Buffer.alloc(8);
    rational.writeUInt32LE(Math.round(o.resolution * 100), 0);
    rational.writeUInt32LE(100, 4);
    const at = append(rational);
    tags.push([282, 5, 1, at], [283, 5, 1, at]);
  }
  if (o.resolutionUnit !== undefined) tags.push([296, 3, 1, o.resolutionUnit]);
  tags.push([339, 3, 1, o.sampleFormat]);
  if (o.fei !== undefined) {
    const text = Buffer.from(o.fei + '\0', 'latin1');
    tags.push([34682, 2, text.length, append(text)]);
  }
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length, 0);
  tags.forEach(([tag, type, count, value], i) => {
    directory.writeUInt16LE(tag, 2 + i * 12);
    directory.writeUInt16LE(type, 4 + i * 12);
    directory.writeUInt32LE(count, 6 + i * 12);
    directory.writeUInt32LE(value, 10 + i * 12);
  });
  const head = Buffer.from('II*\0....', 'latin1');
  head.writeUInt32LE(end, 4);
  return Buffer.concat([head, pixels, ...tail, directory]);
}
