import fs from 'node:fs';
import path from 'node:path';

/**
 * Path of a bundle that runs in a separate thread or process. It is beside the other bundles, one folder above those of the
 * tools, and in `dist` if the engine runs from its sources (tests).
 * @throws Error when it is in none of these places
 */
export function bundleFile(name: string, from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    for (const candidate of [path.join(folder, name), path.join(folder, 'dist', name)])
      if (fs.existsSync(candidate)) return candidate;
    if (folder === path.dirname(folder)) throw new Error(`${name} is missing: the installation is incomplete.`);
  }
}
