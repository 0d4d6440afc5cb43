import fs from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { imageExtensions } from '../../protocol/vocabulary';

const order = new Intl.Collator('en', { numeric: true });

/**
 * Files named one by one are taken as they are, whatever their extension; folders and globs give their images, hidden
 * folders left out; natural order, no file twice.
 */
export async function findImages(
  inputs: readonly string[],
  options: { include?: readonly string[]; exclude?: readonly string[] } = {},
): Promise<{ files: string[]; missing: string[] }> {
  const files = new Set<string>();
  const missing: string[] = [];
  const inside = options.include ?? [`**/*.{${imageExtensions.join(',')}}`];
  for (const input of inputs) {
    const stat = await fs.stat(input).catch(() => null);
    if (stat?.isFile()) {
      files.add(path.resolve(input));
      continue;
    }
    const patterns = stat?.isDirectory() ? [...inside] : [input.replaceAll('\\', '/')];
    const found = await glob(patterns, {
      cwd: stat?.isDirectory() ? input : process.cwd(),
      absolute: true,
      caseSensitiveMatch: false,
      ignore: ['**/node_modules/**', ...(options.exclude ?? [])],
    });
    if (!found.length) missing.push(input);
    for (const f of found.sort(order.compare)) files.add(path.normalize(f));
  }
  return { files: [...files], missing };
}
