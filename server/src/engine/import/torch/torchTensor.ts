import { printable } from '../../../core/text/printable';
import { ImportError } from '../importError';
import { orderedDict } from '../pickle/numpyPickle';
import { Global, type Builder } from '../pickle/pickle';
import { PickleError } from '../pickle/pickleError';
import { half } from '../../../core/half';

export interface Storage {
  readonly type: string;
  readonly key: string;
}
/** Position of a tensor in its storage. */
interface TensorRef {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: number[];
  readonly stride: number[];
}

/** Bytes of an element by torch's name of the storage. */
export const itemSize: Record<string, number> = {
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

/** A tensor of a checkpoint, its bytes still on disk. */
export interface LazyTensor {
  readonly shape: readonly number[];
  /** Reads the values as 32-bit floats, C order. */
  read(): Promise<Float32Array>;
}

/** Builders of torch's and Python's containers; storages stay references. */
export function torchGlobals(): Map<string, Builder> {
  const map = new Map<string, Builder>();
  map.set('collections.OrderedDict', orderedDict);
  map.set('torch._utils._rebuild_tensor_v2', rebuildTensor);
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

const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;
/** PyTorch has at most 64 dimensions; weights have up to four. */
const isShape = (v: unknown): v is number[] => Array.isArray(v) && v.length <= 64 && v.every(isCount);
const isStorage = (v: unknown): v is Storage => typeof v === 'object' && v !== null && 'type' in v && 'key' in v;

/** torch._utils._rebuild_tensor_v2(storage, storage_offset, size, stride, …) */
const rebuildTensor: Builder = ([storage, offset, shape, stride]): TensorRef => {
  if (!isStorage(storage) || !isCount(offset) || !isShape(shape) || !isShape(stride) || shape.length !== stride.length)
    throw new PickleError('The checkpoint contains a malformed tensor.');
  return { storage, offset, shape, stride };
};

/** torch's persistent id: "storage", its type, key, location, count. */
export function toStorage(id: unknown): Storage {
  if (!Array.isArray(id) || id[0] !== 'storage')
    throw new PickleError('The checkpoint refers to something that is not a storage.');
  const [, given, key] = id as unknown[];
  const type = given instanceof Global ? given.name.replace('torch.', '') : given;
  if (typeof type !== 'string' || (typeof key !== 'string' && typeof key !== 'number'))
    throw new PickleError('The checkpoint refers to a malformed storage.');
  return { type, key: String(key) };
}

const isTensor = (v: unknown): v is TensorRef => typeof v === 'object' && v !== null && 'storage' in v && 'stride' in v;

/** The model's tensors by name, whatever wraps them. */
export function* modelTensors<T>(root: unknown, is: (v: unknown) => v is T): Generator<[string, T]> {
  if (!(root instanceof Map)) throw new ImportError('The checkpoint is not a dictionary of tensors.');
  const inner: unknown = root.get('model') ?? root.get('state_dict') ?? root;
  if (!(inner instanceof Map)) throw new ImportError('The checkpoint’s "model" is not a dictionary of tensors.');
  for (const [name, value] of inner as Map<unknown, unknown>)
    if (is(value)) {
      if (typeof name !== 'string') throw new ImportError('The checkpoint has a tensor without a name.');
      yield [name.replace(/^module\./, ''), value];
    }
}

/**
 * torch's tensors by name, read on request.
 * @param storageBytes the bytes of a storage by its key; undefined where the file has none
 */
export function lazyTensors(
  root: unknown,
  storageBytes: (key: string) => Promise<Buffer> | undefined,
): Map<string, LazyTensor> {
  const tensors = new Map<string, LazyTensor>();
  for (const [name, ref] of modelTensors(root, isTensor))
    tensors.set(name, {
      shape: ref.shape,
      read: async () => {
        const bytes = itemSize[ref.storage.type] ? storageBytes(ref.storage.key) : undefined;
        if (!bytes) throw new ImportError(`The checkpoint lacks the data of "${printable(name)}".`);
        return tensorValues(await bytes, name, ref);
      },
    });
  return tensors;
}

/**
 * The values of a tensor in C order.
 * @param bytes its storage's, little endian
 * @throws ImportError for a storage too short or of another type
 */
function tensorValues(bytes: Buffer, name: string, ref: TensorRef): Float32Array {
  const size = itemSize[ref.storage.type] ?? 0;
  const count = ref.shape.reduce((a, b) => a * b, 1);
  // Valid weights do not repeat elements; a stride of zero could produce any number of them from one.
  if (!(count * size <= bytes.length)) throw new ImportError('The checkpoint is cut short.');
  const out = new Float32Array(count);
  const positions = storagePositions(ref, count);
  for (let i = 0; i < count; i++) {
    const p = positions(i) * size;
    if (p + size > bytes.length) throw new ImportError('The checkpoint is cut short.');
    switch (ref.storage.type) {
      case 'FloatStorage': out[i] = bytes.readFloatLE(p); break;
      case 'DoubleStorage': out[i] = bytes.readDoubleLE(p); break;
      case 'LongStorage': out[i] = Number(bytes.readBigInt64LE(p)); break;
      case 'HalfStorage': out[i] = half(bytes.readUInt16LE(p)); break;
      case 'BFloat16Storage': out[i] = bfloat(bytes.readUInt16LE(p)); break;
      default: throw new ImportError(`The tensor "${printable(name)}" is of an unsupported type (${printable(ref.storage.type)}).`);
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

const word = new DataView(new ArrayBuffer(4));
function bfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
