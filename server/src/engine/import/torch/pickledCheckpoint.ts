import type fs from 'node:fs/promises';
import { buildNumpy, isArray, numpyGlobals } from '../pickle/numpyPickle';
import { readPickle, readPickleAt } from '../pickle/pickle';
import { ImportError } from '../importError';
import { readAt } from './readAt';
import { itemSize, lazyTensors, modelTensors, torchGlobals, toStorage, type LazyTensor } from './torchTensor';

/** torch.serialization.MAGIC_NUMBER as a pickle. */
const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');

/** Names and shapes of a large checkpoint take a few hundred kilobytes. */
const headBytes = 64e6;
/** The largest file of the model zoo, Cascade R-CNN with ResNeXt-152, has 680 MB. */
const maxZooBytes = 800e6;

/**
 * Tensors of a checkpoint that begins with a pickle: PyTorch's legacy format, or a dictionary of numpy arrays.
 * @throws ImportError or PickleError with one sentence
 */
export async function pickledTensors(handle: fs.FileHandle, head: Buffer): Promise<Map<string, LazyTensor>> {
  const { size } = await handle.stat();
  const legacy = head.subarray(0, magic.length).equals(magic);
  if (legacy) return legacyTensors(handle, size);
  if (size > maxZooBytes)
    throw new ImportError(`The pickle has ${Math.round(size / 1e6)} MB; at most ${maxZooBytes / 1e6} MB are read.`);
  return zooTensors(await readAt(handle, 0, size));
}

/** Four pickles (magic, protocol, system, object), a list of storage keys, then each storage's count and elements. */
async function legacyTensors(handle: fs.FileHandle, size: number): Promise<Map<string, LazyTensor>> {
  const head = await readAt(handle, 0, Math.min(size, headBytes));
  const types = new Map<string, string>();
  const options = {
    globals: torchGlobals(),
    persistentLoad: (id: unknown) => {
      const storage = toStorage(id);
      if (Array.isArray(id) && id[5] != null) throw new ImportError('The checkpoint’s storages share memory.');
      types.set(storage.key, storage.type);
      return storage;
    },
  };
  let at = 0;
  const next = () => {
    const { value, end } = readPickleAt(head, at, options);
    at = end;
    return value;
  };
  for (let i = 0; i < 3; i++) next();
  const root = next();
  const keys = next();
  if (!Array.isArray(keys) || !keys.every((k) => typeof k === 'string'))
    throw new ImportError('The checkpoint is malformed: it has no list of storages.');
  const places = new Map<string, { position: number; bytes: number }>();
  for (const key of keys) {
    const length = await readAt(handle, at, 8);
    if (length.length < 8) throw new ImportError('The checkpoint is cut short.');
    const count = length.readBigInt64LE();
    const bytes = Number(count) * (itemSize[types.get(key) ?? ''] ?? 4);
    places.set(key, { position: at + 8, bytes });
    at += 8 + bytes;
    if (!(bytes >= 0 && at <= size)) throw new ImportError('The checkpoint is cut short.');
  }
  return lazyTensors(root, (key) => {
    const place = places.get(key);
    return place && readAt(handle, place.position, place.bytes);
  });
}

/** Detectron2's model zoo: {"model": {name: array}}. */
function zooTensors(bytes: Buffer): Map<string, LazyTensor> {
  const root = readPickle(bytes, { globals: numpyGlobals(), build: buildNumpy });
  const tensors = new Map<string, LazyTensor>();
  for (const [name, array] of modelTensors(root, isArray))
    tensors.set(name, { shape: array.shape, read: () => Promise.resolve(Float32Array.from(array.values)) });
  return tensors;
}
