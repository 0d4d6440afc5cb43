import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { QuantityCollector, type FolderQuantities, type QuantityCollection } from './folderQuantities';
import { measurablePart, type MeasurableEstimate } from './measureFolder';

/** Fewer images are measured sooner than a thread starts. */
const worthAThread = 50;
/** Images that may wait for the thread: enough to keep it busy, few enough to bound memory. */
const mostWaiting = 32;

/** Messages to the thread: images, then null for the end. */
export type ToThread = MeasurableEstimate | null;
/** Messages from the thread: one `taken` for each image, then the result. */
export type FromThread = { readonly kind: 'taken' } | { readonly kind: 'result'; readonly result: FolderQuantities };

/** Collects the quantities of many images while the caller reads further ones. */
export interface QuantityThread {
  /** Resolves when the next image may come. */
  add(e: MeasurableEstimate): Promise<void>;
  /** To be called once, at the end. */
  finish(): Promise<FolderQuantities>;
  /** Ends the thread, if the result is not wanted any more. */
  close(): Promise<void>;
}

/**
 * The same numbers as {@link QuantityCollector}, from a second core. Few images are measured here, and also all of them where
 * the bundled thread does not exist (from sources).
 * @param images how many there will be
 */
export function quantityThread(
  collection: QuantityCollection,
  images: number,
  file: string = path.join(__dirname, 'measure-worker.js'),
): QuantityThread {
  return images < worthAThread || !fs.existsSync(file) ? here(collection) : new Thread(file, collection);
}

function here(collection: QuantityCollection): QuantityThread {
  const collector = new QuantityCollector(collection);
  return {
    add: (e) => Promise.resolve(collector.add(e)),
    finish: () => Promise.resolve(collector.result()),
    close: () => Promise.resolve(),
  };
}

class Thread implements QuantityThread {
  readonly #worker: Worker;
  readonly #result: Promise<FolderQuantities>;
  #waiting = 0;
  #room: (() => void) | null = null;

  constructor(file: string, collection: QuantityCollection) {
    this.#worker = new Worker(file, { workerData: collection });
    this.#result = new Promise<FolderQuantities>((resolve, reject) => {
      this.#worker.on('message', (answer: FromThread) => {
        if (answer.kind === 'result') return resolve(answer.result);
        this.#waiting--;
        this.#room?.();
      });
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => reject(new Error('The thread that measures quantities ended.')));
    });
    // An error before `finish` is thrown there, or by the next `add`.
    this.#result.catch(() => this.#room?.());
  }

  async add(e: MeasurableEstimate): Promise<void> {
    this.#waiting++;
    this.#worker.postMessage(measurablePart(e) satisfies ToThread);
    if (this.#waiting < mostWaiting) return;
    const room = new Promise<void>((resolve) => (this.#room = resolve));
    await Promise.race([room, this.#result]);
  }

  async finish(): Promise<FolderQuantities> {
    this.#worker.postMessage(null satisfies ToThread);
    try {
      return await this.#result;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
