import fs from 'node:fs/promises';
import zlib from 'node:zlib';
import { isLfsPointer, lfsSentence } from './lfsPointer';
import { PickleError, readPickle, type Builder } from './pickle';

/** A tensor of a checkpoint, its bytes still on disk. */
export interface LazyTensor {
  readonly shape: readonly number[];
  /** Reads the values as 32-bit floats, C order. */
  read(): Promise<Float32Array>;
}

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, LazyTensor>;
  close(): Promise<void>;
}

export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

interface Storage {
  readonly type: string;
  readonly key: string;
}
interface TensorRef {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: number[];
  readonly stride: number[];
}

const itemSize: Record<string, number> = {
  FloatStorage: 4,
  HalfStorage: 2,
  BFloat16Storage: 2,
  DoubleStorage: 8,
  LongStorage: 8,
  IntStorage: 4,
  BoolStorage: 1,
  ByteStorage: 1,
  ShortStorage: 2,
  CharStorage: 1,
};

/** Builders of torch's and Python's containers; storages stay references. */
function torchGlobals(): Map<string, Builder> {
  const map = new Map<string, Builder>();
  map.set('collections.OrderedDict', ([items]) => new Map((items as [unknown, unknown][] | undefined) ?? []));
  const tensor: Builder = ([storage, offset, shape, stride]) => ({ storage, offset, shape, stride }) as TensorRef;
  map.set('torch._utils._rebuild_tensor_v2', tensor);
  map.set('torch._utils._rebuild_parameter', ([data]) => data);
  for (const type of Object.keys(itemSize)) map.set(`torch.${type}`, () => type);
  for (const name of [
    'argparse.Namespace',
    'torch.device',
    'torch.Size',
    'numpy.core.multiarray.scalar',
    'numpy._core.multiarray.scalar',
    'numpy.dtype',
    'builtins.set',
    '_codecs.encode',
  ])
    map.set(name, (args) => args);
  return map;
}

/**
 * Opens a PyTorch zip checkpoint; tensors of the model are read one by one when asked for, optimizer state never.
 * @throws CheckpointError with one sentence: not a zip, legacy format, hostile pickle, no model inside.
 */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  const handle = await fs.open(file, 'r');
  try {
    const entries = await readDirectory(handle);
    const pickleName = [...entries.keys()].find((n) => n === 'data.pkl' || n.endsWith('/data.pkl'));
    if (!pickleName) throw new CheckpointError('This zip file holds no data.pkl: it is no PyTorch checkpoint.');
    const prefix = pickleName.slice(0, -'data.pkl'.length);
    const storages = new Map<unknown, string>();
    const root = readPickle(await readEntry(handle, entries.get(pickleName)!), {
      globals: torchGlobals(),
      persistentLoad: (id) => {
        const [kind, type, key] = id as [string, { name?: string } | string, string];
        if (kind !== 'storage') throw new PickleError('The checkpoint refers to something that is no storage.');
        const name = typeof type === 'string' ? type : (type?.name ?? '').replace('torch.', '');
        const storage: Storage = { type: name, key };
        storages.set(storage, key);
        return storage;
      },
    });
    const tensors = new Map<string, LazyTensor>();
    for (const [name, ref] of modelTensors(root))
      tensors.set(name, {
        shape: ref.shape,
        read: async () => readTensor(handle, entries.get(`${prefix}data/${ref.storage.key}`), name, ref),
      });
    if (tensors.size === 0) throw new CheckpointError('The checkpoint holds no tensors of a model.');
    return { tensors, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    if (error instanceof PickleError) throw new CheckpointError(error.message);
    throw error;
  }
}

const isTensor = (v: unknown): v is TensorRef => typeof v === 'object' && v !== null && 'storage' in v && 'stride' in v;

function* modelTensors(root: unknown): Generator<[string, TensorRef]> {
  if (!(root instanceof Map)) throw new CheckpointError('The checkpoint is no dictionary of tensors.');
  const inner: unknown = root.get('model') ?? root.get('state_dict') ?? root;
  if (!(inner instanceof Map)) throw new CheckpointError('The checkpoint’s «model» is no dictionary of tensors.');
  for (const [name, value] of inner as Map<unknown, unknown>)
    if (isTensor(value)) yield [String(name).replace(/^module\./, ''), value];
}

interface Entry {
  readonly offset: number;
  readonly compressed: number;
  readonly method: number;
}

/** The zip's central directory, zip64 included. */
async function readDirectory(handle: fs.FileHandle): Promise<Map<string, Entry>> {
  const { size } = await handle.stat();
  const head = await readAt(handle, 0, Math.min(64, size));
  if (isLfsPointer(head)) throw new CheckpointError(lfsSentence);
  if (head.length < 4 || head.readUInt32LE(0) !== 0x04034b50) {
    if (head[0] === 0x80)
      throw new CheckpointError(
        'This is a checkpoint in PyTorch’s legacy format (before 1.6); save it again with torch.save of a current PyTorch.',
      );
    throw new CheckpointError('This is no PyTorch checkpoint: it is not a zip file.');
  }
  const tail = await readAt(handle, Math.max(0, size - 65_600), Math.min(size, 65_600));
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at < 0) throw new CheckpointError('The checkpoint is cut short: its zip directory is missing.');
  let count = tail.readUInt16LE(at + 10);
  let length = tail.readUInt32LE(at + 12);
  let start = tail.readUInt32LE(at + 16);
  const locator = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 7]));
  if (locator >= 0) {
    const end64 = await readAt(handle, Number(tail.readBigUInt64LE(locator + 8)), 56);
    count = Number(end64.readBigUInt64LE(32));
    length = Number(end64.readBigUInt64LE(40));
    start = Number(end64.readBigUInt64LE(48));
  }
  const directory = await readAt(handle, start, length);
  const entries = new Map<string, Entry>();
  for (let p = 0, n = 0; n < count && p + 46 <= directory.length; n++) {
    const nameLength = directory.readUInt16LE(p + 28);
    const extraLength = directory.readUInt16LE(p + 30);
    const name = directory.toString('utf8', p + 46, p + 46 + nameLength);
    let compressed = directory.readUInt32LE(p + 20);
    let offset = directory.readUInt32LE(p + 42);
    const full = directory.readUInt32LE(p + 24);
    const extra = directory.subarray(p + 46 + nameLength, p + 46 + nameLength + extraLength);
    for (let e = 0; e + 4 <= extra.length; e += 4 + extra.readUInt16LE(e + 2))
      if (extra.readUInt16LE(e) === 1) {
        let q = e + 4;
        if (full === 0xffffffff) q += 8;
        if (compressed === 0xffffffff) [compressed, q] = [Number(extra.readBigUInt64LE(q)), q + 8];
        if (offset === 0xffffffff) offset = Number(extra.readBigUInt64LE(q));
      }
    entries.set(name, { offset, compressed, method: directory.readUInt16LE(p + 10) });
    p += 46 + nameLength + extraLength + directory.readUInt16LE(p + 32);
  }
  return entries;
}

async function readAt(handle: fs.FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (!(position >= 0 && length >= 0 && length <= size))
    throw new CheckpointError('The checkpoint is damaged or cut short.');
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function readEntry(handle: fs.FileHandle, entry: Entry): Promise<Buffer> {
  const local = await readAt(handle, entry.offset, 30);
  if (local.length < 30) throw new CheckpointError('The checkpoint is cut short.');
  const data = await readAt(
    handle,
    entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28),
    entry.compressed,
  );
  if (data.length < entry.compressed) throw new CheckpointError('The checkpoint is cut short.');
  return entry.method === 8 ? zlib.inflateRawSync(data) : data;
}

async function readTensor(
  handle: fs.FileHandle,
  entry: Entry | undefined,
  name: string,
  ref: TensorRef,
): Promise<Float32Array> {
  const size = itemSize[ref.storage.type];
  if (!entry || !size) throw new CheckpointError(`The checkpoint lacks the data of «${name}».`);
  const bytes = await readEntry(handle, entry);
  const count = ref.shape.reduce((a, b) => a * b, 1);
  if (!(count <= 2 ** 29)) throw new CheckpointError(`The tensor «${name}» is absurdly large.`);
  const out = new Float32Array(count);
  const positions = storagePositions(ref, count);
  for (let i = 0; i < count; i++) {
    const p = positions(i) * size;
    if (p + size > bytes.length) throw new CheckpointError('The checkpoint is cut short.');
    switch (ref.storage.type) {
      case 'FloatStorage': out[i] = bytes.readFloatLE(p); break;
      case 'DoubleStorage': out[i] = bytes.readDoubleLE(p); break;
      case 'LongStorage': out[i] = Number(bytes.readBigInt64LE(p)); break;
      case 'HalfStorage': out[i] = half(bytes.readUInt16LE(p)); break;
      case 'BFloat16Storage': out[i] = bfloat(bytes.readUInt16LE(p)); break;
      default: throw new CheckpointError(`The tensor «${name}» is of an unsupported type (${ref.storage.type}).`);
    } // prettier-ignore
  }
  return out;
}

/** Storage index of the i-th element in C order, whatever the strides (channels_last weights are not contiguous). */
function storagePositions(ref: TensorRef, count: number): (i: number) => number {
  const { shape, stride, offset } = ref;
  let block = count;
  const blocks = shape.map((n) => (block = n ? block / n : 0));
  if (shape.every((n, k) => n < 2 || stride[k] === blocks[k])) return (i) => offset + i;
  return (i) => {
    let at = offset;
    for (let k = 0; k < shape.length; k++) {
      const index = Math.floor(i / blocks[k]!);
      at += index * stride[k]!;
      i -= index * blocks[k]!;
    }
    return at;
  };
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction
          ? NaN
          : Infinity
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

const word = new DataView(new ArrayBuffer(4));
function bfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
