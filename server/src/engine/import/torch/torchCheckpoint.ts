import fs from 'node:fs/promises';
import zlib from 'node:zlib';
import { isLfsPointer, lfsSentence } from '../../files/lfsPointer';
import { pickledTensors } from './pickledCheckpoint';
import { PickleError, readPickle } from '../pickle/pickle';
import { ImportError } from '../importError';
import { lazyTensors, readAt, torchGlobals, toStorage, type LazyTensor } from './torchTensor';

export type { LazyTensor };

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, LazyTensor>;
  close(): Promise<void>;
}

/**
 * Opens a checkpoint: PyTorch's zip, its legacy format, or a pickle of numpy arrays (Detectron2's model zoo). Tensors of
 * the model are read one by one when asked for, optimizer state never.
 * @throws ImportError with one sentence: none of these, hostile pickle, no model inside.
 */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  const handle = await fs.open(file, 'r');
  try {
    const head = await readAt(handle, 0, Math.min(64, (await handle.stat()).size));
    if (isLfsPointer(head)) throw new ImportError(lfsSentence);
    const tensors = head[0] === 0x80 ? await pickledTensors(handle, head) : await zipTensors(handle);
    if (tensors.size === 0) throw new ImportError('The checkpoint holds no tensors of a model.');
    return { tensors, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    if (error instanceof PickleError) throw new ImportError(error.message);
    throw error;
  }
}

async function zipTensors(handle: fs.FileHandle): Promise<Map<string, LazyTensor>> {
  const entries = await readDirectory(handle);
  const pickleName = [...entries.keys()].find((n) => n === 'data.pkl' || n.endsWith('/data.pkl'));
  if (!pickleName) throw new ImportError('This zip file holds no data.pkl: it is no PyTorch checkpoint.');
  const prefix = pickleName.slice(0, -'data.pkl'.length);
  const root = readPickle(await readEntry(handle, entries.get(pickleName)!), {
    globals: torchGlobals(),
    persistentLoad: toStorage,
  });
  return lazyTensors(root, (key) => {
    const entry = entries.get(`${prefix}data/${key}`);
    return entry && readEntry(handle, entry);
  });
}

interface Entry {
  readonly offset: number;
  readonly compressed: number;
  readonly method: number;
}

/** The zip's central directory, zip64 included. */
async function readDirectory(handle: fs.FileHandle): Promise<Map<string, Entry>> {
  const { size } = await handle.stat();
  const head = await readAt(handle, 0, Math.min(4, size));
  if (head.length < 4 || head.readUInt32LE(0) !== 0x04034b50)
    throw new ImportError('This is no PyTorch checkpoint: it is not a zip file.');
  const tail = await readAt(handle, Math.max(0, size - 65_600), Math.min(size, 65_600));
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at < 0) throw new ImportError('The checkpoint is cut short: its zip directory is missing.');
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

async function readEntry(handle: fs.FileHandle, entry: Entry): Promise<Buffer> {
  const local = await readAt(handle, entry.offset, 30);
  if (local.length < 30) throw new ImportError('The checkpoint is cut short.');
  const data = await readAt(
    handle,
    entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28),
    entry.compressed,
  );
  if (data.length < entry.compressed) throw new ImportError('The checkpoint is cut short.');
  return entry.method === 8 ? zlib.inflateRawSync(data) : data;
}
