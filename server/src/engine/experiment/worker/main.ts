// A thread of the experiments: each message is a cross-validation, answered with its held-out predictions.
import { parentPort } from 'node:worker_threads';
import { predictFolds, type FoldTask } from '../../../core/experiment/heldOut';

parentPort?.on('message', (task: FoldTask) => {
  try {
    parentPort!.postMessage({ heldOut: predictFolds(task) });
  } catch (error) {
    parentPort!.postMessage({ error: (error as Error).message });
  }
});
