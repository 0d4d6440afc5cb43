import type { PixelWindow } from '../../../core/geometry/size';
import { typedSamples } from '../../../core/image/typedSamples';
import { cropRaw } from '../../../core/image/cropRaw';
import type { Dtype, RawImage } from '../../../core/image/rawImage';
import type { ByteSource } from '../../files/byteSource';
import { checkSize } from './sizeGate';
import { damaged } from './format';

/** Bytes of a sample in a file. */
export const dtypeBytes: Readonly<Record<Dtype, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  float16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  uint64: 8,
  int64: 8,
  float64: 8,
  complex64: 8,
  complex128: 16,
};

/** An uncompressed gray image at an offset in a file. */
export interface Plane {
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly dtype: Dtype;
  readonly littleEndian: boolean;
  /** Two samples of 4 bits per byte, the lower half first; each row begins at a byte. `dtype` is uint8. */
  readonly halfBytes?: boolean;
}

/** Bytes of a row in the file. */
export const rowBytesOf = ({ width, dtype, halfBytes }: Pick<Plane, 'width' | 'dtype' | 'halfBytes'>): number =>
  halfBytes ? Math.ceil(width / 2) : width * dtypeBytes[dtype];

/** Refuses a plane that is too large or not wholly in the file. @throws ImageRefusal */
export function checkPlane(plane: Plane, fileSize: number): void {
  const { offset, width, height, dtype } = plane;
  checkSize({ width, height, channels: 1, bytesPerSample: dtypeBytes[dtype] });
  if (!(offset >= 0) || offset + height * rowBytesOf(plane) > fileSize) throw damaged();
}

/** Reads a plane, or the rows of a window of it. @throws ImageRefusal */
export async function readPlane(bytes: ByteSource, plane: Plane, window?: PixelWindow): Promise<RawImage> {
  checkPlane(plane, bytes.size);
  const { width, height, dtype, littleEndian } = plane;
  const top = Math.min(height, Math.max(0, window?.y ?? 0));
  const rows = window ? Math.max(0, Math.min(height - top, window.height)) : height;
  const rowBytes = rowBytesOf(plane);
  const stored = await bytes.read(plane.offset + top * rowBytes, rows * rowBytes);
  if (stored.length < rows * rowBytes) throw damaged();
  // The bytes may be the memory of the whole file, which must not be changed.
  const own = littleEndian ? stored : swapped(stored, dtypeBytes[dtype] / (dtype.startsWith('complex') ? 2 : 1));
  const raw: RawImage = {
    width,
    height: rows,
    channels: 1,
    dtype,
    data: plane.halfBytes ? halves(stored, width, rows) : typedSamples(own, dtype),
    colour: 'gray',
    ...(plane.halfBytes ? { bits: 4 } : {}),
  };
  return window ? cropRaw(raw, { ...window, y: 0, height: rows }) : raw;
}

function halves(stored: Buffer, width: number, rows: number): Uint8Array {
  const out = new Uint8Array(width * rows);
  const rowBytes = Math.ceil(width / 2);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) out[y * width + x] = (stored[y * rowBytes + (x >> 1)]! >> (x % 2 ? 4 : 0)) & 15;
  return out;
}

function swapped(bytes: Buffer, size: number): Buffer {
  const copy = Buffer.from(bytes);
  if (size === 2) copy.swap16();
  else if (size === 4) copy.swap32();
  else if (size === 8) copy.swap64();
  return copy;
}
