// The thread that reads HDF5 files: a damaged file may block or crash the library, so that this thread is stopped from outside.
import fs from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import h5wasm, { type Dataset, type File } from 'h5wasm/node';
import type { RawData } from '../../../../../core/image/rawImage';
import { ImageRefusal } from '../../format';
import type { Hdf5Reply, Hdf5Request } from '../messages';
import { findSignals } from './layouts';
import { checkFilters, checkStorage } from './tree';

/**
 * The library opens further files where a file says so (external links, external storage): none but the asked one is opened.
 */
let allowed = '';
const openSync = fs.openSync;
fs.openSync = (file, ...rest) => {
  if (typeof file !== 'string' || path.resolve(file) !== allowed)
    throw Object.assign(new Error('ENOENT: not opened here'), { code: 'ENOENT', errno: -2, syscall: 'open' });
  return openSync(file, ...rest);
};

/**
 * The library writes its diagnostics of damaged files straight to the terminal, and those of memory to the streams of the
 * thread, which is not read: waiting data would keep the process alive.
 */
process.stdout.write = process.stderr.write = () => true;
const writeSync = fs.writeSync as (fd: number, data: Uint8Array, ...rest: unknown[]) => number;
(fs as { writeSync: typeof writeSync }).writeSync = (fd, data, ...rest) =>
  fd === 1 || fd === 2 ? (typeof rest[1] === 'number' ? rest[1] : data.length) : writeSync(fd, data, ...rest);

async function withFile<T>(name: string, work: (file: File) => T): Promise<T> {
  (await h5wasm.ready).activate_throwing_error_handler();
  allowed = path.resolve(name);
  const file = new h5wasm.File(allowed, 'r');
  // The library returns −1 if it cannot open a file.
  if (BigInt(file.file_id) < 0n) throw new ImageRefusal('unreadable', 'The HDF5 file is damaged or cut short.');
  try {
    return work(file);
  } finally {
    file.close();
  }
}

function readRange(file: File, path: string, ranges: readonly (readonly [number, number])[]): RawData {
  const dataset = file.get(path) as Dataset;
  checkStorage(dataset);
  checkFilters(dataset);
  const values = dataset.slice(ranges.map(([from, to]) => [from, to] as [number, number]));
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const out = new Float64Array(values.length);
    for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
    return out;
  }
  if (values instanceof Uint8ClampedArray) return new Uint8Array(values);
  if (ArrayBuffer.isView(values)) return values as RawData;
  // Truth values and half floats may come as lists.
  if (Array.isArray(values)) return Float64Array.from(values as number[], Number);
  throw new ImageRefusal('unsupported', 'The HDF5 file has samples of an unsupported type.');
}

parentPort!.on('message', (request: Hdf5Request) => {
  answer(request).then(
    (reply) => parentPort!.postMessage(reply, 'data' in reply ? [reply.data.buffer as ArrayBuffer] : []),
    (error: unknown) => {
      const known = error instanceof ImageRefusal;
      const reply: Hdf5Reply = {
        id: request.id,
        ok: false,
        kind: known ? error.kind : 'unreadable',
        reason: known ? error.reason : 'The HDF5 file is damaged or cut short.',
      };
      parentPort!.postMessage(reply);
    },
  );
});

function answer(request: Hdf5Request): Promise<Hdf5Reply> {
  const { id } = request;
  return withFile(request.file, (file): Hdf5Reply =>
    request.op === 'open'
      ? { id, ok: true, ...findSignals(file) }
      : { id, ok: true, data: readRange(file, request.path, request.ranges).slice() },
  );
}
