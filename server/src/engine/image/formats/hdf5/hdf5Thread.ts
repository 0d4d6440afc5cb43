import { Worker } from 'node:worker_threads';
import { bundleFile } from '../../../files/bundleFile';
import { ImageRefusal } from '../format';
import type { Hdf5Reply, Hdf5Request } from './messages';

/** Milliseconds for one request, starting the thread included. */
const deadline = 25_000;
/** MB of JavaScript memory; pixels lie in the library's own memory, whose size the gate bounds. */
const maxHeap = 1024;

type Unnumbered = Hdf5Request extends infer R ? (R extends Hdf5Request ? Omit<R, 'id'> : never) : never;
type Good = Extract<Hdf5Reply, { ok: true }>;

/**
 * Runs requests one after another in a thread that starts with the first HDF5 file. A request beyond its deadline ends the
 * thread; the next one starts another.
 */
class Hdf5Thread {
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private ids = 0;

  constructor(
    private readonly file: () => string = () => bundleFile('hdf5-worker.js'),
    private readonly deadlineMs = deadline,
  ) {}

  /** @throws ImageRefusal, also where the thread crashed or exceeded its time */
  request(request: Unnumbered): Promise<Good> {
    const own = this.last.then(() => this.run({ ...request, id: ++this.ids } as Hdf5Request));
    this.last = own.catch(() => undefined);
    return own;
  }

  private run(request: Hdf5Request): Promise<Good> {
    const worker = (this.worker ??= this.start());
    worker.ref();
    return new Promise<Good>((resolve, reject) => {
      const timer = setTimeout(
        () => this.stop(worker, () => settle('The HDF5 file could not be read within its time.')),
        this.deadlineMs,
      );
      const done = () => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('error', onEnd);
        worker.off('exit', onEnd);
        // An idle thread does not keep the process alive.
        worker.unref();
      };
      const settle = (reason: string, kind: 'unreadable' | 'unsupported' = 'unreadable') => {
        done();
        reject(new ImageRefusal(kind, reason));
      };
      const onMessage = (reply: Hdf5Reply) => {
        if (reply.id !== request.id) return;
        if (!reply.ok) return settle(reply.reason, reply.kind);
        done();
        resolve(reply);
      };
      const onEnd = () => this.stop(worker, () => settle('The HDF5 file is damaged: the reader crashed.'));
      worker.on('message', onMessage);
      worker.on('error', onEnd);
      worker.on('exit', onEnd);
      worker.postMessage(request);
    });
  }

  private start(): Worker {
    // The library's own messages about damaged files would end in the user's terminal. They are not read: a stream that is
    // read keeps the process alive.
    return new Worker(this.file(), {
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: maxHeap },
    });
  }

  private stop(worker: Worker, then: () => void): void {
    if (this.worker === worker) this.worker = null;
    then();
    void worker.terminate();
  }
}

export const hdf5Thread = new Hdf5Thread();
