// A thread that fits a forest: its data is the input, its messages are the steps and the result.
import { parentPort, workerData } from 'node:worker_threads';
import { fitTraining, type FitInput } from '../fitTraining';
import type { FitAnswer } from '../fitInThread';

const answer = (message: FitAnswer) => parentPort!.postMessage(message);
try {
  answer({ kind: 'result', result: fitTraining(workerData as FitInput, (done) => answer({ kind: 'step', done })) });
} catch (error) {
  const { name, message } = error as Error;
  answer({ kind: 'failed', refused: name === 'TrainingError', message });
}
