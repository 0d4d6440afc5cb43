import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../core/text/printable';
import { systemFault } from './systemFault';

/** Why a result cannot be written, in one sentence. */
export class OutputError extends Error {
  override name = 'OutputError';
}

/**
 * Checks that a file can be written, before the work begins. Nothing is created.
 * @param file path of the file; folders above it may be missing
 * @throws OutputError
 */
export async function checkOutputFile(file: string): Promise<void> {
  const stat = await fs.stat(file).catch(() => null);
  if (stat?.isDirectory()) throw refused(file, 'it is a folder');
  if (stat) await mayWrite(file, file);
  else await checkFolder(path.dirname(path.resolve(file)), file);
}

/** Like {@link checkOutputFile}, for a folder into which files will be written. @throws OutputError */
export const checkOutputFolder = (folder: string): Promise<void> => checkFolder(path.resolve(folder), folder);

async function checkFolder(folder: string, output: string): Promise<void> {
  const stat = await fs.stat(folder).catch((error: NodeJS.ErrnoException) => error);
  if (!(stat instanceof Error)) {
    if (!stat.isDirectory()) throw refused(output, `${printable(path.basename(folder))} is not a folder`);
    return mayWrite(folder, output);
  }
  const parent = path.dirname(folder);
  // ENOTDIR: a file is among the parents; the recursion names it.
  if (['ENOENT', 'ENOTDIR'].includes(stat.code ?? '') && parent !== folder) return checkFolder(parent, output);
  throw refused(output, systemFault(stat));
}

async function mayWrite(place: string, output: string): Promise<void> {
  await fs.access(place, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw refused(output, `${printable(path.basename(place))}: ${systemFault(error)}`);
  });
}

const refused = (output: string, why: string) => new OutputError(`${printable(output)} cannot be written: ${why}.`);
