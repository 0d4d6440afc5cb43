import fs from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { formatImageRef, parseImageRef } from '../../core/image/imageRef';
import { imageExtensions } from '../../protocol/vocabulary';
import { linksBelow } from './linksBelow';
import { otherFiles } from './otherFiles';
import { pseudoGlobs } from './pseudoFolders';
import { walkFolder } from './walkFolder';

const order = new Intl.Collator('en', { numeric: true });

const globCharacters = /[*?{}[\]()!+@]/;

/** The natural order of paths: `2.png` before `10.png`. */
export const naturalOrder = (a: string, b: string): number => order.compare(a, b);

export interface FoundImages {
  /** Absolute paths in the order of the inputs, those of a folder in natural order, each picture once. */
  readonly files: readonly string[];
  /** Inputs without any image. */
  readonly missing: readonly string[];
  /** Files of the folders that no reader takes, in natural order; see otherFiles. */
  readonly skipped: readonly string[];
}

export interface FindOptions {
  /** Globs of images inside folders; all readable formats unless given. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Inputs are paths, never globs: a file that was deleted must not match others. */
  readonly literal?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Files named one by one are taken as they are, whatever their extension, also with a frame (`stack.dm4#2`); folders and globs give their images without
 * hidden folders. Links are followed, but a picture that is reached in several ways counts once, by its path without
 * links where there is one. A link to a picture that is not there (git-annex without its content) is listed, so that
 * it is reported as unreadable.
 * @throws AbortError
 */
export async function findImages(inputs: readonly string[], options: FindOptions = {}): Promise<FoundImages> {
  const { signal } = options;
  const plain =
    inputs.length === 1 && !options.include && !options.exclude ? await plainFolder(inputs[0]!, signal) : null;
  if (plain) return plain;
  const known = new Set<string>();
  const files: string[] = [];
  const missing: string[] = [];
  const skipped: string[] = [];
  const inside = options.include ?? [`**/*.{${imageExtensions.join(',')}}`];
  const isNew = async (file: string) => {
    const real = await fs.realpath(file).catch(() => file);
    if (known.has(real)) return false;
    known.add(real);
    return true;
  };
  for (const input of new Set(inputs)) {
    signal?.throwIfAborted();
    const stat = await fs.stat(input).catch(() => null);
    const ref = stat ? null : parseImageRef(path.resolve(input));
    if (ref && ref.frame !== null && (await fs.stat(ref.file).catch(() => null))?.isFile()) {
      if (!files.includes(formatImageRef(ref))) files.push(formatImageRef(ref));
      continue;
    }
    if (stat?.isFile()) {
      if (await isNew(path.resolve(input))) files.push(path.resolve(input));
      continue;
    }
    const folder = stat?.isDirectory() ? input : null;
    if (folder === null && (options.literal || !globCharacters.test(input))) {
      missing.push(input);
      continue;
    }
    // Only Windows separates folders by backslashes; elsewhere they escape in a glob.
    const pattern = process.platform === 'win32' ? input.replaceAll('\\', '/') : input;
    const search = (followSymbolicLinks: boolean) =>
      glob(folder === null ? [pattern] : [...inside], {
        cwd: folder ?? process.cwd(),
        absolute: true,
        caseSensitiveMatch: false,
        followSymbolicLinks,
        // Patterns of a folder come from settings, where a repetition of a group could take forever to match.
        extglob: folder === null,
        ignore: ['**/node_modules/**', ...pseudoGlobs(folder ?? '.'), ...(options.exclude ?? [])],
        ...(signal ? { signal } : {}),
      });
    const links = folder === null ? null : await linksBelow(folder, signal);
    if (links?.length === 0 && inputs.length === 1) {
      // Nothing can be reached in two ways: a hundred thousand names need neither a second search nor their real paths.
      for (const file of await search(false)) files.push(path.normalize(file));
      files.sort(naturalOrder);
      if (files.length === 0) missing.push(input);
    } else {
      const [direct, all] = await Promise.all([search(false), search(true)]);
      signal?.throwIfAborted();
      const own = new Set(direct);
      const linked = all.filter((f) => !own.has(f));
      const dangling = links && !options.include && !options.exclude ? await danglingLinks(folder!, links) : [];
      if (all.length + dangling.length === 0) missing.push(input);
      const fresh: string[] = [];
      for (const some of [direct, linked, dangling])
        for (const file of some.map(path.normalize).sort(naturalOrder)) if (await isNew(file)) fresh.push(file);
      for (const file of fresh.sort(naturalOrder)) files.push(file);
    }
    // Not spread into the arguments of a call: there may be more of them than the stack can contain.
    if (folder !== null)
      for (const file of (await otherFiles(folder, options.exclude ?? [], signal)).sort(naturalOrder))
        skipped.push(file);
  }
  return { files, missing, skipped };
}

/**
 * The images of a folder without links, where nothing can be reached in two ways: its directories are read once, and no
 * path is looked up. Null for anything else.
 */
async function plainFolder(input: string, signal: AbortSignal | undefined): Promise<FoundImages | null> {
  if (!(await fs.stat(input).catch(() => null))?.isDirectory()) return null;
  const files: string[] = [];
  const skipped: string[] = [];
  for await (const { kind, file } of walkFolder(input, { signal })) {
    if (kind === 'link') return null;
    (kind === 'image' ? files : skipped).push(file);
  }
  files.sort(naturalOrder);
  return { files, missing: files.length ? [] : [input], skipped: skipped.sort(naturalOrder) };
}

/** Of these links, those that are named like images and lead nowhere. */
async function danglingLinks(folder: string, links: readonly string[]): Promise<string[]> {
  const named = new RegExp(`^[^.].*\\.(${imageExtensions.join('|')})$`, 'i');
  const dangling: string[] = [];
  for (const file of links) {
    if (!named.test(path.basename(file))) continue;
    const hidden = path.relative(folder, file).split(path.sep).some((part) => part.startsWith('.') || part === 'node_modules'); // prettier-ignore
    if (!hidden && (await fs.stat(file).catch(() => null)) === null) dangling.push(file);
  }
  return dangling;
}
