import { positive } from '../../../../core/image/lengthUnit';
import type { Dtype } from '../../../../core/image/rawImage';
import { ByteCursor } from '../../../files/byteCursor';
import type { ByteSource } from '../../../files/byteSource';
import { damaged, unsupported, type DataKind, type ImageFormat, type ImageSource } from '../format';
import { PlaneSource } from '../planeSource';
import type { Plane } from '../plane';

/** Sample types by TIA's codes. */
const types: Readonly<Record<number, Dtype>> = {
  1: 'uint8', 2: 'uint16', 3: 'uint32', 4: 'int8', 5: 'int16', 6: 'int32', 7: 'float32', 8: 'float64',
  9: 'complex64', 10: 'complex128',
}; // prettier-ignore

const spectra = 0x4120;
const images = 0x4122;
const maxElements = 1e6;

interface Element {
  readonly plane: Plane;
  /** Metres per pixel, or reciprocal metres in diffraction. */
  readonly delta: readonly [number, number];
}

/**
 * A series of TIA (Emispec), version 0x210 or 0x220. Layout as ncempy's `ser.py` has
 * it: a header with dimensions, a table of offsets, and elements with their own calibration.
 */
async function open(bytes: ByteSource): Promise<ImageSource> {
  const cursor = new ByteCursor(bytes, damaged);
  await cursor.need(34);
  cursor.littleEndian = cursor.u16(true) === 0x4949;
  cursor.u16();
  const long = cursor.u16() >= 0x220;
  const dataType = cursor.u32();
  cursor.u32();
  const total = cursor.u32();
  const valid = cursor.u32();
  const table = long ? cursor.u64() : cursor.u32();
  if (dataType !== spectra && dataType !== images) throw unsupported('The series contains neither images nor spectra.');
  const count = Math.min(total, valid, maxElements);
  if (count < 1) throw unsupported('The series is empty: nothing was acquired.');
  const read = async (index: number) => readElement(cursor, table + index * (long ? 8 : 4), { long, dataType });
  const first = await read(0);
  const kind: DataKind =
    dataType === spectra
      ? count > 1
        ? 'spectrum image'
        : 'spectrum'
      : isReciprocal(first)
        ? 'diffraction pattern'
        : first.plane.dtype.startsWith('complex')
          ? 'transform'
          : 'image';
  let last: { readonly index: number; readonly element: Element } = { index: 0, element: first };
  const elementAt = async (index: number) => {
    if (last.index !== index) last = { index, element: await read(index) };
    return last.element;
  };
  return new PlaneSource({
    format: 'ser',
    frames: count,
    bytes,
    plane: async (frame) => (await elementAt(frame)).plane,
    facts: () => {
      const [x, y] = last.element.delta.map((d) => (kind === 'image' ? positive(Math.abs(d) * 1e9) : null));
      const nmPerPixel = x ?? null;
      const uneven = nmPerPixel !== null && y != null && Math.abs(y / nmPerPixel - 1) > 1e-3;
      return {
        kind,
        nmPerPixel,
        ...(uneven ? { nmPerPixelY: y } : {}),
        nmPerPixelSource: nmPerPixel === null ? null : 'ser-calibration',
        metadata: {},
      };
    },
  });
}

/** The file contains no unit: values above 1 are reciprocal metres, since an image never has a metre per pixel. */
const isReciprocal = ({ delta }: Element): boolean => Math.abs(delta[0]) > 1;

async function readElement(
  cursor: ByteCursor,
  entry: number,
  { long, dataType }: { readonly long: boolean; readonly dataType: number },
): Promise<Element> {
  cursor.seek(entry);
  await cursor.need(8);
  cursor.seek(long ? cursor.u64() : cursor.u32());
  await cursor.need(50);
  const axis = () => {
    cursor.f64();
    const delta = cursor.f64();
    cursor.i32();
    return delta;
  };
  const x = axis();
  const y = dataType === images ? axis() : x;
  const code = cursor.u16();
  const dtype = types[code];
  if (!dtype) throw unsupported(`The series has samples of type ${code}, which is not supported.`);
  const width = cursor.u32();
  const height = dataType === images ? cursor.u32() : 1;
  return { plane: { offset: cursor.offset, width, height, dtype, littleEndian: cursor.littleEndian }, delta: [x, y] };
}

export const ser: ImageFormat = {
  name: 'ser',
  recognise: (head) => head[0] === 0x49 && head[1] === 0x49 && head[2] === 0x97 && head[3] === 0x01 && head[5] === 0x02,
  open,
};
