import fs from 'node:fs/promises';
import path from 'node:path';

/** Age in ms below which files are kept, because they may be about to be read. */
const spared = 10 * 60_000;

/**
 * Deletes the oldest files of a folder of derived files (no sub-folders) until it has at most `maxBytes`. Temporary files
 * of killed processes are deleted as well. Never throws: a file in use is kept until the next time.
 */
export async function pruneFolder(folder: string, maxBytes: number, now = Date.now()): Promise<void> {
  const entries: { file: string; size: number; time: number }[] = [];
  for (const name of await fs.readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const stat = await fs.stat(file).catch(() => null);
    if (!stat?.isFile()) continue;
    const old = now - stat.mtimeMs > spared;
    if (old && name.endsWith('.tmp')) await fs.rm(file, { force: true }).catch(() => undefined);
    else entries.push({ file, size: stat.size, time: stat.mtimeMs });
  }
  let total = entries.reduce((sum, e) => sum + e.size, 0);
  for (const e of entries.sort((a, b) => a.time - b.time)) {
    if (total <= maxBytes || now - e.time <= spared) return;
    await fs.rm(e.file, { force: true }).catch(() => undefined);
    total -= e.size;
  }
}
