import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { allowedProcessors } from '../machine/allowance';
import { predictFolds, type FoldRunner, type FoldTask, type HeldOut } from '../../core/experiment/heldOut';

export interface FoldPool {
  readonly run: FoldRunner;
  close(): Promise<void>;
}

interface Job {
  readonly task: FoldTask;
  readonly resolve: (heldOut: HeldOut) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Runs cross-validations on the machine's cores. From sources, where the bundled thread does not exist, they run here.
 * @param onDone called after each one
 * @param signal stops before the next one
 */
export function createFoldPool(onDone: () => void = () => {}, signal?: AbortSignal): FoldPool {
  const file = path.join(__dirname, 'fold-worker.js');
  if (!fs.existsSync(file))
    return {
      run: async (task) => {
        // Yields, so that an interrupt is handled between two cross-validations.
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        const heldOut = predictFolds(task);
        onDone();
        return heldOut;
      },
      close: async () => {},
    };
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const settle = (worker: Worker, answer: { heldOut?: HeldOut; error?: string }) => {
    const job = busy.get(worker);
    busy.delete(worker);
    if (!job) return;
    if (answer.heldOut) job.resolve(answer.heldOut);
    else job.reject(new Error(answer.error ?? 'A thread of the experiment ended.'));
  };
  const next = () => {
    if (signal?.aborted) {
      for (const job of waiting.splice(0)) job.reject(signal.reason as Error);
      return;
    }
    while (idle.length > 0 && waiting.length > 0) {
      const [worker, job] = [idle.pop()!, waiting.shift()!];
      busy.set(worker, job);
      worker.postMessage(job.task);
    }
  };
  const threads = Array.from({ length: Math.min(8, allowedProcessors()) }, () => {
    const worker = new Worker(file);
    worker.on('message', (answer: { heldOut?: HeldOut; error?: string }) => {
      settle(worker, answer);
      onDone();
      idle.push(worker);
      next();
    });
    worker.on('error', (error) => settle(worker, { error: error.message }));
    idle.push(worker);
    return worker;
  });
  return {
    run: (task) =>
      new Promise<HeldOut>((resolve, reject) => {
        waiting.push({ task, resolve, reject });
        next();
      }),
    close: async () => {
      await Promise.all(threads.map((t) => t.terminate()));
    },
  };
}
