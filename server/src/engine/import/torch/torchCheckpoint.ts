import type fs from 'node:fs/promises';
import { isLfsPointer, lfsSentence } from '../../files/lfsPointer';
import { openRegularFile } from '../../files/readRegularFile';
import { ImportError } from '../importError';
import { readPickle } from '../pickle/pickle';
import { pickledTensors } from './pickledCheckpoint';
import { readAt } from './readAt';
import { lazyTensors, torchGlobals, toStorage, type LazyTensor } from './torchTensor';
import { readZipDirectory, readZipEntry } from './zipDirectory';

export type { LazyTensor };

/** Names and shapes of a large checkpoint take a few hundred kilobytes. */
const maxPickleBytes = 64e6;
/** The largest weights of the supported networks have 51 MB; a storage that several tensors share may have more. */
const maxStorageBytes = 2 ** 30;

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, LazyTensor>;
  close(): Promise<void>;
}

/**
 * Opens a checkpoint: PyTorch's zip, its legacy format, or a pickle of numpy arrays (Detectron2's model zoo). Tensors of
 * the model are read one by one on request, optimizer state never.
 * @throws ImportError with one sentence: none of these, hostile pickle, no model inside.
 */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  const { handle, size } = await openRegularFile(file);
  try {
    const head = await readAt(handle, 0, Math.min(64, size));
    if (isLfsPointer(head)) throw new ImportError(lfsSentence);
    const tensors = head[0] === 0x80 ? await pickledTensors(handle, head) : await zipTensors(handle);
    if (tensors.size === 0) throw new ImportError('The checkpoint contains no tensors of a model.');
    return { tensors, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    if (error instanceof ImportError) throw error;
    // Any other exception comes from a structure that no check covers: the file is malformed.
    throw new ImportError('The checkpoint is malformed.');
  }
}

async function zipTensors(handle: fs.FileHandle): Promise<Map<string, LazyTensor>> {
  const entries = await readZipDirectory(handle);
  const pickleName = [...entries.keys()].find((n) => n === 'data.pkl' || n.endsWith('/data.pkl'));
  if (!pickleName) throw new ImportError('This zip file contains no data.pkl: it is not a PyTorch checkpoint.');
  const prefix = pickleName.slice(0, -'data.pkl'.length);
  const root = readPickle(await readZipEntry(handle, entries.get(pickleName)!, maxPickleBytes), {
    globals: torchGlobals(),
    persistentLoad: toStorage,
  });
  return lazyTensors(root, (key) => {
    const entry = entries.get(`${prefix}data/${key}`);
    return entry && readZipEntry(handle, entry, maxStorageBytes);
  });
}
