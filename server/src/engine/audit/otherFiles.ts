import path from 'node:path';
import { glob } from 'tinyglobby';
import { imageExtensions } from '../../protocol/vocabulary';
import { pseudoGlobs } from './pseudoFolders';

/** Extensions of tables, labels, notes, reports and code, which often lie beside images and are not counted. */
const companions = [
  'csv', 'tsv', 'txt', 'md', 'json', 'jsonl', 'ndjson', 'yaml', 'yml', 'toml', 'ini', 'xml', 'html', 'htm', 'log', 'pdf',
  'py', 'ipynb', 'm', 'mat', 'r', 'sh', 'ps1', 'bat', 'tex', 'bib', 'lock', 'db', 'sqlite', 'onnx', 'pth', 'pkl', 'joblib',
]; // prettier-ignore

const known = new Set([...imageExtensions, ...companions]);
const besideImages = new Set(companions);

/**
 * Whether files of this extension usually lie beside images, such as texts and tables.
 * @param extension lower case, without the dot
 */
export const isCompanion = (extension: string): boolean => besideImages.has(extension);

/**
 * Files of a folder that no reader takes by their extension, and that are not companions of images, in natural order.
 * They are counted and named in the results, because they are not audited.
 * @returns absolute paths
 * @throws AbortError
 */
export async function otherFiles(folder: string, exclude: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const found = await glob(['**/*'], {
    cwd: folder,
    absolute: true,
    followSymbolicLinks: false,
    caseSensitiveMatch: false,
    extglob: false,
    ...(signal ? { signal } : {}),
    // Known names are left out while searching: a folder may contain a hundred thousand images.
    ignore: ['**/node_modules/**', `**/*.{${[...known].join(',')}}`, ...pseudoGlobs(folder), ...exclude],
  });
  return found.map(path.normalize).filter((file) => !known.has(path.extname(file).slice(1).toLowerCase()));
}
