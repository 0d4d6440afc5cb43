import fs from 'node:fs/promises';
import path from 'node:path';
import { isPseudoFolder } from './pseudoFolders';

/**
 * All symbolic links below a folder, read directory by directory: `opendir` with `recursive` blocks the process until
 * the last entry (Node 20). Null where a part of the folder cannot be read.
 * @throws AbortError
 */
export async function linksBelow(folder: string, signal?: AbortSignal): Promise<string[] | null> {
  const links: string[] = [];
  const left = [path.resolve(folder)];
  for (let dir = left.pop(); dir !== undefined; dir = left.pop()) {
    signal?.throwIfAborted();
    const entries = await fs.readdir(dir, { withFileTypes: true }).catch(() => null);
    if (!entries) return null;
    for (const entry of entries) {
      const file = path.join(dir, entry.name);
      if (entry.isSymbolicLink()) links.push(file);
      else if (entry.isDirectory() && !isPseudoFolder(file)) left.push(file);
    }
  }
  return links;
}
