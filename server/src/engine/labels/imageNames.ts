import fs from 'node:fs/promises';
import path from 'node:path';

/** A picture for a name, or why there is none. */
export type FoundImage =
  | {
      readonly kind: 'found';
      readonly file: string;
      /** Whether it was found by its file name in another folder than in the labels. */
      readonly elsewhere: boolean;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'ambiguous'; readonly files: readonly string[] };

/** Folders of pictures beside a labels file: Detectron2 and CVAT, FiftyOne. */
const usualFolders = ['images', 'data'];

/** Largest number of entries read below one folder. */
const mostFiles = 500_000;

/** Files below the folders. */
interface Index {
  /** Paths by the key of their name. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Whether the index contains every file of the folders. */
  readonly complete: boolean;
}

/**
 * Finds the pictures of a labels file. Names may have backslashes, another Unicode normalisation than the disk,
 * sub-folders or the absolute path of another machine; a name found nowhere else is looked for by its last part below
 * the folders.
 */
export class ImageNames {
  private index: Promise<Index> | null = null;

  /** @param folders searched in this order: the labels' own folder first */
  constructor(private readonly folders: readonly string[]) {}

  async find(written: string): Promise<FoundImage> {
    // Labels of a whole collection beside a part of its pictures: each name would cost several questions to the disk.
    const known = this.index && (await this.index);
    for (const name of spellings(written)) {
      if (known?.complete && isInside(name) && !known.files.has(lastOf(name))) continue;
      for (const file of this.direct(name)) if (await isFile(file)) return { kind: 'found', file, elsewhere: false };
    }
    const { files: index } = await (this.index ??= this.readFolders());
    for (const name of spellings(written)) {
      const segments = keyOf(name).split('/');
      const files = best(index.get(segments.at(-1)!) ?? [], segments);
      if (files.length === 1) {
        // The same path in another Unicode normalisation is not another place.
        const same = this.direct(name).some((f) => keyOf(f) === keyOf(files[0]!));
        return { kind: 'found', file: files[0]!, elsewhere: !same };
      }
      if (files.length > 1) return { kind: 'ambiguous', files };
    }
    return { kind: 'absent' };
  }

  /** Where a name is expected: below `images/` if the name has no folder, else as written. */
  private direct(name: string): string[] {
    const inFolders = this.folders.flatMap((folder) => {
      const usual = usualFolders.map((sub) => path.resolve(folder, sub, name));
      return name.includes('/') ? [path.resolve(folder, name), ...usual] : [...usual, path.resolve(folder, name)];
    });
    return path.posix.isAbsolute(name) || /^[a-z]:\//i.test(name) ? [path.resolve(name)] : inFolders;
  }

  /** All files below the folders by the key of their name. Links to folders are not followed. */
  private async readFolders(): Promise<Index> {
    const index = new Map<string, string[]>();
    let complete = true;
    const seen = new Set<string>();
    for (const root of this.folders) {
      const entries = await fs.readdir(root, { recursive: true, withFileTypes: true }).catch(() => null);
      if (entries === null || entries.length > mostFiles) complete = false;
      for (const entry of (entries ?? []).slice(0, mostFiles)) {
        // It may be a folder with further files.
        if (entry.isSymbolicLink()) complete = false;
        const file = path.resolve(entry.parentPath, entry.name);
        if (!(entry.isFile() || entry.isSymbolicLink()) || seen.has(file)) continue;
        seen.add(file);
        const key = keyOf(entry.name);
        index.set(key, [...(index.get(key) ?? []), file]);
      }
    }
    return { files: index, complete };
  }
}

/** Forward slashes; also with %20 and the like decoded, as tools with a web page write them. A URL ends before its query. */
function spellings(written: string): string[] {
  const plain = written
    .trim()
    .replaceAll('\\', '/')
    .replace(/^file:\/\//, '')
    .replace(/^(https?:\/\/[^?#]*)[?#].*$/i, '$1');
  try {
    const decoded = decodeURIComponent(plain);
    return decoded === plain ? [plain] : [plain, decoded];
  } catch {
    return [plain];
  }
}

const keyOf = (name: string) => name.replaceAll('\\', '/').normalize('NFC').toLowerCase();

const lastOf = (name: string) => keyOf(name).split('/').at(-1)!;

/** Whether a name leads to a place below the folder that it is relative to. */
const isInside = (name: string) => !path.posix.isAbsolute(name) && !/^[a-z]:\//i.test(name) && !name.includes('..');

/** Files with the most folders in common with the written path, counted from its end. */
function best(files: readonly string[], segments: readonly string[]): string[] {
  const shared = files.map((file) => {
    const own = keyOf(file).split('/');
    let n = 0;
    while (n < segments.length && segments.at(-1 - n) === own.at(-1 - n)) n++;
    return n;
  });
  const most = shared.reduce((a, b) => Math.max(a, b), 0);
  return files.filter((_, i) => shared[i] === most);
}

const isFile = (file: string): Promise<boolean> =>
  fs.stat(file).then(
    (s) => s.isFile(),
    () => false,
  );
