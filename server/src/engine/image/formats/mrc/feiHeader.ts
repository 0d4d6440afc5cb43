import { positive } from '../../../../core/image/lengthUnit';
import type { ByteSource } from '../../../files/byteSource';
import type { DataKind } from '../format';
import { plainMetadata, type Metadata } from '../metadata';

export interface FeiHeader {
  readonly nmPerPixel: number | null;
  /** Along y; null where it is not known separately. */
  readonly nmPerPixelY: number | null;
  readonly kind: DataKind;
  readonly metadata: Metadata;
}

/**
 * The first record of the extended header that FEI and Thermo Fisher write: kind FEI1 or FEI2 (offsets after mrcfile's
 * dtypes), or the older one of 1024 records of 128 bytes without a kind. Null for other extended headers.
 */
export async function readFeiHeader(
  bytes: ByteSource,
  head: Buffer,
  { extended, littleEndian: le }: { readonly extended: number; readonly littleEndian: boolean },
): Promise<FeiHeader | null> {
  const kind = head.toString('latin1', 104, 108);
  if ((kind === 'FEI1' || kind === 'FEI2') && extended >= 768) {
    const part = await bytes.read(1024, 768);
    return part.length < 768 ? null : newHeader(new DataView(part.buffer, part.byteOffset, part.length), part, le);
  }
  if (kind.trim().replace(/\0/g, '') !== '' || extended !== 131_072) return null;
  const part = await bytes.read(1024, 128);
  return part.length < 128 ? null : oldHeader(new DataView(part.buffer, part.byteOffset, part.length), le);
}

function newHeader(v: DataView, bytes: Buffer, le: boolean): FeiHeader {
  const text = (at: number) => bytes.toString('latin1', at, at + 16).replace(/\0.*$/s, '');
  const volts = v.getFloat64(84, le);
  const [instrument, projection] = [v.getInt32(244, le), v.getInt32(248, le)];
  return {
    nmPerPixel: positive(v.getFloat64(156, le) * 1e9),
    nmPerPixelY: positive(v.getFloat64(164, le) * 1e9),
    // 1 is TEM and diffraction; scanning images are always taken in diffraction.
    kind: instrument === 1 && projection === 1 ? 'diffraction pattern' : 'image',
    metadata: plainMetadata({
      microscope: text(20),
      software: text(52),
      voltageKV: volts > 0 ? volts / 1000 : undefined,
      magnification: positive(v.getFloat64(289, le)) ?? undefined,
    }),
  };
}

function oldHeader(v: DataView, le: boolean): FeiHeader {
  const volts = v.getFloat32(52, le);
  return {
    nmPerPixel: positive(v.getFloat32(44, le) * 1e9),
    nmPerPixelY: null,
    kind: 'image',
    metadata: plainMetadata({
      voltageKV: volts > 0 ? volts / 1000 : undefined,
      magnification: positive(v.getFloat32(48, le)) ?? undefined,
    }),
  };
}
