// A thread that measures images: its data is the collection, its messages are the images, and null at the end.
import { parentPort, workerData } from 'node:worker_threads';
import { QuantityCollector, type QuantityCollection } from '../folderQuantities';
import type { FromThread, ToThread } from '../quantityThread';

const collector = new QuantityCollector(workerData as QuantityCollection);
const answer = (message: FromThread) => parentPort!.postMessage(message);
parentPort!.on('message', (e: ToThread) => {
  if (e === null) return answer({ kind: 'result', result: collector.result() });
  collector.add(e);
  answer({ kind: 'taken' });
});
