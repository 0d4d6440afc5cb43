import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { imageExtensions } from '../../protocol/vocabulary';
import { isCompanion } from './otherFiles';
import { isPseudoFolder } from './pseudoFolders';

/** A file below a folder. `other`: its extension belongs neither to a readable format nor to a companion of images. */
export interface WalkedFile {
  readonly kind: 'image' | 'link' | 'other';
  /** Absolute. */
  readonly file: string;
}

const images = new Set(imageExtensions);
/** Number of entries that are read at the same time. */
const bufferSize = 1024;

/**
 * The files of a folder in the order of the directories, without hidden ones and `node_modules`; links are named, not
 * followed. Each directory is read once and nothing is kept, since there may be a million files. A directory that cannot
 * be read has no files.
 * @param options.hidden also visit hidden files and folders and `node_modules`
 * @throws AbortError when `options.signal` aborts
 */
export async function* walkFolder(
  folder: string,
  options: { readonly hidden?: boolean; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<WalkedFile, void, void> {
  const left = [path.resolve(folder)];
  for (let dir = left.pop(); dir !== undefined; dir = left.pop()) {
    options.signal?.throwIfAborted();
    const entries = await fs.opendir(dir, { bufferSize }).catch(() => null);
    if (!entries) continue;
    for await (const entry of entries) {
      const { name } = entry;
      if (!options.hidden && (name.startsWith('.') || name === 'node_modules')) continue;
      const file = path.join(dir, name);
      const type = await typeOf(entry, file);
      if (!type) continue;
      if (type.isDirectory()) {
        if (!isPseudoFolder(file)) left.push(file);
      } else if (type.isSymbolicLink()) yield { kind: 'link', file };
      else if (type.isFile()) {
        const extension = path.extname(name).slice(1).toLowerCase();
        if (images.has(extension)) yield { kind: 'image', file };
        else if (!isCompanion(extension)) yield { kind: 'other', file };
      }
    }
  }
}

/**
 * Type of an entry, for network file systems whose directories do not contain it. Null for an entry that no longer
 * exists.
 */
async function typeOf(
  entry: Dirent,
  file: string,
): Promise<Pick<Dirent, 'isDirectory' | 'isSymbolicLink' | 'isFile'> | null> {
  const stated =
    entry.isDirectory() ||
    entry.isFile() ||
    entry.isSymbolicLink() ||
    entry.isFIFO() ||
    entry.isSocket() ||
    entry.isBlockDevice() ||
    entry.isCharacterDevice();
  return stated ? entry : fs.lstat(file).catch(() => null);
}
