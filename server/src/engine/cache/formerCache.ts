import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Deletes the cache files of versions up to 0.1.0: one JSON file per image in folders of two hexadecimal digits.
 * Nothing else in the folder is touched.
 */
export async function removeFormerCache(folder: string): Promise<void> {
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^[0-9a-f]{2}$/.test(entry.name)) continue;
    const inner = path.join(folder, entry.name);
    for (const name of await fs.readdir(inner))
      if (/^[0-9a-f]{64}\.json(\.\d+\.\d+\.tmp)?$/.test(name)) await fs.rm(path.join(inner, name), { force: true });
    await fs.rmdir(inner).catch(() => undefined); // contains something else
  }
}
