import { Worker } from 'node:worker_threads';
import { limitMark, type ProcessLimits } from './limits';

/** Signals that a terminal or a scheduler sends to the whole group: the parent decides when the network ends. */
const ignored: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];

/** Watches this process from a separate thread, since the main thread may be inside the runtime, in a graph that never ends. */
export interface Watcher {
  setLimits(limits: ProcessLimits): void;
  /** A graph begins to run on an input of this many pixels. */
  stageBegins(pixels: number): void;
  stageEnds(): void;
}

/**
 * Ends this process when its parent has ended for any reason, and when it exceeds its limits. The parent keeps the other
 * end of standard input open for as long as it lives.
 */
export function watchProcess(): Watcher {
  for (const signal of ignored) process.on(signal, () => undefined);
  const worker = new Worker(script, { eval: true, workerData: { mark: limitMark } });
  worker.unref();
  return {
    setLimits: (limits) => worker.postMessage({ limits }),
    stageBegins: (pixels) => worker.postMessage({ pixels }),
    stageEnds: () => worker.postMessage({ pixels: 0 }),
  };
}

const script = `
const fs = require('node:fs');
const { Socket } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const end = () => process.kill(process.pid, 'SIGKILL');
const input = new Socket({ fd: 0 });
for (const event of ['end', 'close', 'error']) input.on(event, end);
input.resume();

let limits = null;
let stage = null;
const computed = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
parentPort.on('message', (m) => {
  if (m.limits) limits = m.limits;
  else stage = m.pixels ? { pixels: m.pixels, began: performance.now(), computed: computed() } : null;
});
const endWith = (sentence) => {
  try { fs.writeSync(2, workerData.mark + sentence + '\\n'); } catch {}
  end();
};
setInterval(() => {
  if (!limits) return;
  if (process.memoryUsage.rss() > limits.bytes)
    return endWith('The network used more than ' + (limits.bytes / 1e9).toFixed(1) + ' GB of memory.');
  if (!stage) return;
  const ms = limits.stageMs * Math.max(1, stage.pixels / limits.pixels);
  if (Math.min(performance.now() - stage.began, computed() - stage.computed) > ms)
    endWith('The network did not finish within ' + Math.round(ms / 1000) + ' s of computing time.');
}, 50);
`;
