import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Creates a folder and its parents. Node's own recursive mkdir never returns if the system reports ENOENT for a folder
 * whose parent exists, as below /proc.
 * @throws the system's error
 */
export async function ensureFolder(folder: string): Promise<void> {
  const absolute = path.resolve(folder);
  const isFolder = await fs.stat(absolute).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  const parent = path.dirname(absolute);
  if (parent !== absolute) await ensureFolder(parent);
  await fs.mkdir(absolute).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
