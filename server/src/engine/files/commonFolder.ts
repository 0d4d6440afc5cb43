import path from 'node:path';

/** The deepest folder that contains all files, or the only named folder. */
export function commonFolder(files: readonly string[], named: readonly string[] = []): string {
  const [only] = named.map((n) => path.resolve(n));
  if (named.length === 1 && files.every((f) => f.startsWith(only + path.sep))) return only!;
  let base = path.dirname(files[0]!);
  while (!files.every((f) => f.startsWith(base + path.sep) || base === path.parse(base).root))
    base = path.dirname(base);
  return base;
}
