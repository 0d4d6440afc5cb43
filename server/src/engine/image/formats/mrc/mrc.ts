import { positive } from '../../../../core/image/lengthUnit';
import type { Dtype } from '../../../../core/image/rawImage';
import type { ByteSource } from '../../../files/byteSource';
import { damaged, unsupported, type DataKind, type ImageFormat, type ImageSource } from '../format';
import { plainMetadata, type Metadata } from '../metadata';
import { rowBytesOf } from '../plane';
import { PlaneSource } from '../planeSource';
import { readFeiHeader } from './feiHeader';

const headerBytes = 1024;

/** Sample types by mode; 101 is two samples of 4 bits per byte. 3 and 16 are refused by name. */
const modes: Readonly<Record<number, Dtype>> = {
  0: 'int8', 1: 'int16', 2: 'float32', 4: 'complex64', 6: 'uint16', 12: 'float16', 101: 'uint8',
}; // prettier-ignore
const otherModes: Readonly<Record<number, string>> = {
  3: 'complex 16-bit integers',
  16: 'colour',
};

const view = (head: Uint8Array) => new DataView(head.buffer, head.byteOffset, head.byteLength);

/** Byte order by the machine stamp; by the first plausible reading where the stamp is absent, as in old files. */
function byteOrder(head: Uint8Array): 'little' | 'big' | null {
  if (head.length < headerBytes) return null;
  const stamp = head[212];
  const order = stamp === 0x44 ? 'little' : stamp === 0x11 ? 'big' : null;
  if (order && plausible(head, order === 'little')) return order;
  return plausible(head, true) ? 'little' : plausible(head, false) ? 'big' : null;
}

function plausible(head: Uint8Array, le: boolean): boolean {
  const v = view(head);
  const int = (at: number) => v.getInt32(at, le);
  const sizes = [int(0), int(4), int(8)];
  const mode = int(12);
  if (!sizes.every((n) => n > 0 && n < 1e7) || !(mode in modes || mode in otherModes)) return false;
  if (String.fromCharCode(...head.subarray(208, 211)) === 'MAP') return true;
  // Files of before 2000 have no mark; their axes are a permutation of 1, 2, 3, or were never written.
  const axes = [int(64), int(68), int(72)].sort().join();
  return axes === '1,2,3' || (axes === '0,0,0' && int(28) === sizes[0] && int(32) === sizes[1]);
}

async function open(bytes: ByteSource): Promise<ImageSource> {
  const head = await bytes.read(0, headerBytes);
  const order = byteOrder(head);
  if (!order) throw damaged();
  const le = order === 'little';
  const v = view(head);
  const [width, height, depth, mode] = [0, 4, 8, 12].map((at) => v.getInt32(at, le)) as [
    number,
    number,
    number,
    number,
  ];
  const dtype = sampleType(v, mode, le);
  const extended = v.getInt32(92, le);
  if (extended < 0) throw damaged();
  const first = headerBytes + extended;
  const halfBytes = mode === 101;
  const planeBytes = height * rowBytesOf({ width, dtype, halfBytes });
  const present = Math.floor((bytes.size - first) / planeBytes);
  if (present < 1) throw damaged();
  const fei = await readFeiHeader(bytes, head, { extended, littleEndian: le });
  const cell = (axis: 0 | 1) => positive((v.getFloat32(40 + 4 * axis, le) / v.getInt32(28 + 4 * axis, le)) * 0.1);
  const nmPerPixel = fei?.nmPerPixel ?? cell(0);
  const y = fei?.nmPerPixel ? fei.nmPerPixelY : cell(1);
  const kind: DataKind = dtype === 'complex64' ? 'transform' : (fei?.kind ?? 'image');
  const metadata: Metadata = plainMetadata({ ...fei?.metadata, label: label(head) });
  return new PlaneSource({
    format: 'mrc',
    // A file that is still being written, or was cut, has fewer images than its header states.
    frames: Math.min(depth, present),
    bytes,
    plane: (frame) => ({ offset: first + frame * planeBytes, width, height, dtype, littleEndian: le, halfBytes }),
    facts: () => ({
      kind,
      nmPerPixel,
      ...(nmPerPixel !== null && y !== null && Math.abs(y / nmPerPixel - 1) > 1e-3 ? { nmPerPixelY: y } : {}),
      nmPerPixelSource: nmPerPixel === null ? null : 'mrc-header',
      metadata,
    }),
  });
}

/** @throws ImageRefusal that names the mode */
function sampleType(v: DataView, mode: number, le: boolean): Dtype {
  const dtype = modes[mode];
  if (!dtype)
    throw unsupported(`The MRC file has mode ${mode} (${otherModes[mode] ?? 'unknown'}), which is not supported.`);
  // IMOD wrote unsigned bytes as mode 0; its stamp and flag indicate that.
  const imod = v.getInt32(152, le) === 1146047817;
  return mode === 0 && imod && (v.getInt32(156, le) & 1) === 0 ? 'uint8' : dtype;
}

/** The first of up to ten labels of 80 characters. */
function label(head: Buffer): string {
  return head.toString('latin1', 224, 304).replace(/\0.*$/s, '').trim();
}

/** MRC2014, also with the endings .mrcs and .st (tilt series), and files of before 2000. */
export const mrc: ImageFormat = { name: 'mrc', recognise: (head) => byteOrder(head) !== null, open };
