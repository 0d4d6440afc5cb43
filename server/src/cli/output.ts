import { Console } from 'node:console';
import { printable } from '../core/text/printable';
import { systemFault } from '../engine/files/systemFault';
import { exitCodes } from './exitCodes';

/**
 * Ends the process when standard output cannot be written: with 0 when its reader closed it early (`| head`), otherwise
 * with 3 and one sentence, for instance on a full disk.
 */
export function guardOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.fine);
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
