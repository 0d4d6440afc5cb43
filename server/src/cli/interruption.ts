import os from 'node:os';
import { exitCodes } from './exitCodes';

/** Signals that end a command; schedulers announce the end of a task by SIGTERM or SIGUSR1. */
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;
type Ending = (typeof ending)[number];

/** As shells report a process that a signal ended: 130, 143, 129. SIGUSR1 only announces an end. */
const codeOf = (signal: Ending): number =>
  signal === 'SIGUSR1' ? exitCodes.couldNotRun : 128 + os.constants.signals[signal];

/** The first signal lets a command end in good order, if it can; the second one ends the process at once. */
export class Interruption {
  private readonly controller = new AbortController();
  private received: Ending | null = null;

  /** @param orderly whether the command follows the signal and says how far it came */
  constructor(orderly: boolean) {
    for (const signal of ending)
      process.on(signal, () => {
        if (!orderly || this.received !== null) process.exit(codeOf(signal));
        this.received = signal;
        console.error(
          `\nStopping after this image${signal === 'SIGINT' ? '; press Ctrl+C again to stop at once' : ''}.`,
        );
        this.controller.abort();
      });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The exit code of a command that ended with `code`: a command that was done before it noticed the signal keeps its own. */
  exitCode(code: number): number {
    return this.received !== null && code === exitCodes.couldNotRun ? codeOf(this.received) : code;
  }
}
