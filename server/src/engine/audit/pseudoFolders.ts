import path from 'node:path';

/** Folders of the kernel, whose files are not on a disk: they contain no images, and links without end. */
const names = process.platform === 'win32' ? [] : ['proc', 'sys', 'dev'];
const folders = new Set(names.map((name) => `/${name}`));

/**
 * Whether a folder belongs to the system and is never searched.
 * @param folder absolute
 */
export const isPseudoFolder = (folder: string): boolean => folders.has(folder);

/** Globs that leave these folders out of a search below `folder`. */
export const pseudoGlobs = (folder: string): string[] =>
  path.resolve(folder) === '/' ? names.map((name) => `${name}/**`) : [];
