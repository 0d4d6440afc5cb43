import { unsupported } from '../format';

/** Reverses the bits of each byte, for fill order 2. */
export function reverseBits(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    let v = bytes[i]!;
    v = ((v & 0x55) << 1) | ((v >> 1) & 0x55);
    v = ((v & 0x33) << 2) | ((v >> 2) & 0x33);
    out[i] = ((v & 0x0f) << 4) | (v >> 4);
  }
  return out;
}

/** Rows of a strip or tile. */
export interface SampleBlock {
  readonly rows: number;
  /** Pixels per row. */
  readonly columns: number;
  /** Samples per pixel. */
  readonly samples: number;
  /** Bytes per unpacked sample. */
  readonly size: number;
}

/**
 * Unpacks samples of `bits` bits, most significant bit first; each packed row begins at a byte.
 * @returns little-endian samples of `size` bytes
 */
export function unpackBits(packed: Buffer, { rows, columns, samples, size }: SampleBlock, bits: number): Buffer {
  const perRow = columns * samples;
  const rowBytes = Math.ceil((perRow * bits) / 8);
  const out = Buffer.alloc(rows * perRow * size);
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let [buffer, held] = [0, 0];
    for (let i = 0; i < perRow; i++) {
      while (held < bits) {
        // Arithmetic instead of shifts, because up to 38 bits are buffered.
        buffer = buffer * 256 + (packed[at++] ?? 0);
        held += 8;
      }
      held -= bits;
      const value = Math.floor(buffer / 2 ** held);
      buffer -= value * 2 ** held;
      out.writeUIntLE(value, (row * perRow + i) * size, size);
    }
  }
  return out;
}

/** Swaps big-endian samples of `size` bytes in place; complex samples are pairs. */
export function toLittleEndian(bytes: Buffer, size: number, complex: boolean): Buffer {
  const unit = complex ? size / 2 : size;
  const whole = bytes.subarray(0, bytes.length - (bytes.length % unit));
  if (unit === 2) whole.swap16();
  else if (unit === 4) whole.swap32();
  else if (unit === 8) whole.swap64();
  return bytes;
}

/**
 * Undoes TIFF predictor 2 (differences from the previous sample) in place on little-endian rows.
 * @throws ImageRefusal for sample sizes without that predictor
 */
export function undoDifferences(bytes: Buffer, { rows, columns, samples, size }: SampleBlock): void {
  const perRow = columns * samples;
  if (size === 1) {
    for (let row = 0; row < rows; row++)
      for (let i = row * perRow + samples; i < (row + 1) * perRow; i++) bytes[i] = bytes[i]! + bytes[i - samples]!;
    return;
  }
  if (size !== 2 && size !== 4 && size !== 8)
    throw unsupported(`The image has a horizontal predictor on ${size * 8}-bit samples, which is not supported.`);
  // A copy at an aligned address, because a tile may begin at any byte.
  const copy = new Uint8Array(rows * perRow * size);
  copy.set(bytes.subarray(0, copy.length));
  if (size === 8) {
    const values = new BigUint64Array(copy.buffer);
    for (let row = 0; row < rows; row++)
      for (let i = row * perRow + samples; i < (row + 1) * perRow; i++) values[i] = values[i]! + values[i - samples]!;
  } else {
    const values = size === 2 ? new Uint16Array(copy.buffer) : new Uint32Array(copy.buffer);
    for (let row = 0; row < rows; row++)
      for (let i = row * perRow + samples; i < (row + 1) * perRow; i++) values[i] = values[i]! + values[i - samples]!;
  }
  bytes.set(copy);
}

/** Undoes TIFF predictor 3 (floats by byte planes, differences of bytes) in place; the result is little-endian. */
export function undoFloatPredictor(bytes: Buffer, { rows, columns, samples, size }: SampleBlock): void {
  const perRow = columns * samples;
  const rowBytes = perRow * size;
  const line = Buffer.alloc(rowBytes);
  for (let row = 0; row < rows; row++) {
    const part = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
    for (let i = samples; i < rowBytes; i++) part[i] = part[i]! + part[i - samples]!;
    part.copy(line);
    for (let i = 0; i < perRow; i++)
      for (let b = 0; b < size; b++) part[i * size + (size - 1 - b)] = line[b * perRow + i]!;
  }
}
