import { Worker } from 'node:worker_threads';

/** Signals that a terminal or a scheduler sends to the whole group: the parent decides when the network ends. */
const ignored: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];

/**
 * Ends this process when its parent is gone, however it went. The parent keeps the other end of standard input open for
 * as long as it lives. A thread of its own watches it, since the main thread may be inside the runtime, in a graph that
 * never ends.
 */
export function endWithParent(): void {
  for (const signal of ignored) process.on(signal, () => undefined);
  const watcher = new Worker(
    `const { Socket } = require('node:net');
     const end = () => process.kill(process.pid, 'SIGKILL');
     const input = new Socket({ fd: 0 });
     for (const event of ['end', 'close', 'error']) input.on(event, end);
     input.resume();`,
    { eval: true },
  );
  watcher.unref();
}
