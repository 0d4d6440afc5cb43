import fs from 'node:fs/promises';
import path from 'node:path';
import { ensureFolder } from './ensureFolder';
import { removeAbandoned, temporaryName, withTemporary } from './temporaryPaths';

/**
 * Fills a folder with files that belong together, or leaves it as it was: they are written to a temporary folder. A new
 * folder is that folder renamed; into an existing one they are moved, `last` after the others.
 * @param fill writes the files, no sub-folders; its folder is not the final one
 * @param last name of the file without which the others are not used
 * @returns the result of `fill`
 * @throws the error of `fill` or of the file system
 */
export async function fillFolder<T>(folder: string, last: string, fill: (making: string) => Promise<T>): Promise<T> {
  const exists = await fs.stat(folder).then(
    () => true,
    () => false,
  );
  const parent = exists ? path.resolve(folder) : path.dirname(path.resolve(folder));
  await ensureFolder(parent);
  await removeAbandoned(parent);
  // Lists of models leave out names that begin with a dot.
  return withTemporary(temporaryName(path.join(parent, `.${path.basename(folder)}`)), async (making) => {
    await fs.mkdir(making);
    const result = await fill(making);
    if (exists) await moveFiles(making, folder, last);
    else await fs.rename(making, folder);
    return result;
  });
}

async function moveFiles(from: string, to: string, last: string): Promise<void> {
  const names = (await fs.readdir(from)).filter((name) => name !== last);
  for (const name of [...names, last]) await fs.rename(path.join(from, name), path.join(to, name));
  await fs.rmdir(from);
}
