import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Size limit of a cache that is asked for by name, in bytes: enough for a million images of about 10 kB each.
 * The editor's cache has its own limit in the settings.
 */
export const defaultCacheBytes = 16e9;

/** Of the cache's size, for results of unchanged files; the rest is for measurements, which are up to ten times as large. */
export const rowFraction = 0.2;

/** Bytes of the measurements and results in a cache; 0 where there is none. */
export async function cacheBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const dir of [folder, path.join(folder, 'rows')])
    for (const name of await fs.readdir(dir).catch(() => []))
      if (name.endsWith('.segment')) bytes += (await fs.stat(path.join(dir, name)).catch(() => ({ size: 0 }))).size;
  return bytes;
}
