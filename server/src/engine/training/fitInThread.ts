import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { fitTraining, type FitInput, type FitResult } from './fitTraining';
import { TrainingError } from './trainingError';

/** Messages from the thread. */
export type FitAnswer =
  | { readonly kind: 'step'; readonly done: number }
  | { readonly kind: 'result'; readonly result: FitResult }
  /** `refused`: the images do not allow a forest; otherwise a fault of the program. */
  | { readonly kind: 'failed'; readonly refused: boolean; readonly message: string };

/**
 * {@link fitTraining} in a thread, which an abort ends immediately. From sources, where the bundled thread does not exist, it
 * runs here.
 * @throws TrainingError for too few images; the signal's reason when it is aborted
 */
export async function fitInThread(
  input: FitInput,
  signal: AbortSignal,
  onStep: (done: number) => void,
): Promise<FitResult> {
  signal.throwIfAborted();
  const file = path.join(__dirname, 'training-worker.js');
  if (!fs.existsSync(file)) return fitTraining(input, onStep);
  const worker = new Worker(file, { workerData: input });
  let abort = () => {};
  try {
    return await new Promise<FitResult>((resolve, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      worker.on('message', (answer: FitAnswer) => {
        if (answer.kind === 'step') onStep(answer.done);
        else if (answer.kind === 'result') resolve(answer.result);
        else reject(answer.refused ? new TrainingError(answer.message) : new Error(answer.message));
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('The thread that fits the forest ended.')));
    });
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
