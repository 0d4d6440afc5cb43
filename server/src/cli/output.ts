import { Console } from 'node:console';
import { printable } from '../core/text/printable';
import { systemFault } from '../engine/files/systemFault';
import { exitCodes } from './exitCodes';

/** Whether the command also writes files, which have to be written though nobody reads standard output any more. */
let writesFiles = false;
let readerLeft = false;

/**
 * Ends the process when standard output cannot be written: with 0 when its reader closed it early (`| head`), otherwise
 * with 3 and one sentence, for instance on a full disk. A closed standard output (`>&-`) is not seen: Node replaces it by
 * /dev/null before any of this runs.
 */
export function guardOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (readerLeft) return;
    if (error.code === 'EPIPE') {
      if (!writesFiles) process.exit(exitCodes.fine);
      readerLeft = true;
      return;
    }
    console.error(`tem-gauge: The output could not be written: ${systemFault(error)}.`);
    process.exit(exitCodes.couldNotRun);
  });
  // When standard error is closed, only the exit code can report the failure.
  process.stderr.on('error', () => undefined);
  // Node's own console ignores failed writes, and the command would end as if everything had been written.
  const strict = new Console({ stdout: process.stdout, stderr: process.stderr, ignoreErrors: false });
  // Messages contain file names and messages of libraries, which must not control the terminal.
  const toStandardError = strict.error.bind(strict);
  strict.error = (text: unknown) => toStandardError(String(text).split('\n').map(printable).join('\n'));
  globalThis.console = strict;
}

/** From now on the command continues without a reader of standard output. */
export function goOnWithoutReader(): void {
  writesFiles = true;
}

/** Waits for a reader that is slower than the results, which would otherwise fill the memory. */
export async function printText(text: string): Promise<void> {
  if (readerLeft || process.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      for (const event of ['drain', 'error', 'close']) process.stdout.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'error', 'close']) process.stdout.once(event, done);
  });
}

export const printLine = (line: string): Promise<void> => printText(`${line}\n`);
