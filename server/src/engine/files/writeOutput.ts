import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../core/text/printable';
import { OutputError } from './checkOutput';
import { ensureFolder } from './ensureFolder';
import { replaceContent } from './replaceFile';
import { removeAbandoned } from './temporaryPaths';
import { systemFault } from './systemFault';

/**
 * Writes a whole file and the folders above it. An existing file is replaced only when everything has been written; devices
 * and pipes are written directly.
 * @throws OutputError
 */
export async function writeOutputFile(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await ensureFolder(path.dirname(path.resolve(file)));
    const stat = await fs.stat(file).catch(() => null);
    if (stat?.isFIFO()) return await writePipe(file, content);
    if (stat && !stat.isFile()) return await fs.writeFile(file, content);
    const target = stat ? await fs.realpath(file) : path.resolve(file);
    await removeAbandoned(path.dirname(target));
    await replaceContent(target, content);
  } catch (error) {
    throw new OutputError(`${printable(file)} cannot be written: ${systemFault(error)}.`);
  }
}

/** Opening a pipe waits for a reader, perhaps forever: only one that has a reader is written. */
async function writePipe(file: string, content: string | Uint8Array): Promise<void> {
  const reader = await fs.open(file, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    await fs.writeFile(file, content);
  } finally {
    await reader.close();
  }
}
