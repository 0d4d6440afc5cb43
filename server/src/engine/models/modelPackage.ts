import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { isLfsPointer, lfsSentence } from '../files/lfsPointer';
import { FileReadError, fileLimits, openRegularFile, readRegularText } from '../files/readRegularFile';
import { isOnnxManifest, parseManifest, type ModelManifest } from './modelSchema';

export interface ModelPackage {
  readonly dir: string;
  readonly manifest: ModelManifest;
  /** Detector id with the first digits of its weights' hash: part of every cache key. */
  readonly id: string;
  /** Absolute path of the forest, if the package has one. */
  readonly forest: string | null;
}

export type ModelRead =
  { readonly ok: true; readonly model: ModelPackage } | { readonly ok: false; readonly reason: string };

/** All files of a package, its graphs first. */
export function packageFiles(manifest: ModelManifest) {
  const graphs = isOnnxManifest(manifest)
    ? [manifest.files.graph]
    : [manifest.files.backbone, manifest.files.boxHead, manifest.files.maskHead].filter((f) => f !== null);
  return graphs.flatMap((g) => [g, ...(g.data ? [g.data] : [])]);
}

/**
 * Reads and verifies a model package: schema and hashes; nothing outside the folder is touched.
 * @param check `sizes` for lists of models, because hashing hundreds of megabytes takes seconds
 */
export async function readModelPackage(dir: string, check: 'hashes' | 'sizes' = 'hashes'): Promise<ModelRead> {
  const described = await readDescription(dir);
  if (!described.ok) return described;
  const { json } = described;
  const parsed = parseManifest(json);
  if (!parsed.ok)
    return { ok: false, reason: `${path.join(dir, 'model.json')} is not a model of this version: ${parsed.reason}.` };
  const { manifest } = parsed;
  for (const f of packageFiles(manifest)) {
    const file = path.join(dir, f.file);
    const size = await fs.stat(file).then(
      (s) => (s.isFile() ? s.size : null),
      () => null,
    );
    if (size === null) return { ok: false, reason: `The model in ${dir} lacks ${f.file}.` };
    if (size !== f.bytes && (await isPointer(file))) return { ok: false, reason: `${file}: ${lfsSentence}` };
    if (size !== f.bytes || (check === 'hashes' && (await hashFile(file)) !== f.sha256))
      return {
        ok: false,
        reason: `${f.file} in ${dir} is not the file model.json describes (its ${size === f.bytes ? 'hash' : 'size'} differs).`,
      };
  }
  const forest = path.join(dir, 'forest.json');
  const hasForest = await fs.access(forest).then(
    () => true,
    () => false,
  );
  const id = `${manifest.detector.id}@${identity(manifest)}`;
  return { ok: true, model: { dir, manifest, id, forest: hasForest ? forest : null } };
}

type Description = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly reason: string };

async function readDescription(dir: string): Promise<Description> {
  const file = path.join(dir, 'model.json');
  let text: string;
  try {
    text = await readRegularText(file, { maxBytes: fileLimits.description });
  } catch (error) {
    const why = error instanceof FileReadError && !['ENOENT', 'ENOTDIR'].includes(error.code) ? error.message : null;
    return { ok: false, reason: why ?? `There is no readable model.json in ${dir}.` };
  }
  try {
    return { ok: true, json: JSON.parse(text) };
  } catch {
    const why = isLfsPointer(Buffer.from(text.slice(0, 64)))
      ? `: ${lfsSentence}`
      : ' is empty, incomplete or not JSON.';
    return { ok: false, reason: `${file}${why}` };
  }
}

/** Whether a Git LFS pointer is in place of a file. */
async function isPointer(file: string): Promise<boolean> {
  const opened = await openRegularFile(file).catch(() => null);
  if (!opened) return false;
  try {
    const { buffer } = await opened.handle.read(Buffer.alloc(64), 0, 64, 0);
    return isLfsPointer(buffer);
  } finally {
    await opened.handle.close();
  }
}

/** The id of a model in a folder: the folder's name. */
export const modelIdOf = (dir: string): string =>
  path.basename(path.resolve(dir)).replace(/[^\w.-]/g, '_') || 'imported';

/** sha256 of a file. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  const { handle } = await openRegularFile(file);
  // The stream closes the handle.
  for await (const chunk of handle.createReadStream()) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Changes with anything that changes detections: the description (thresholds too) and all graphs. */
function identity(manifest: ModelManifest): string {
  const hash = createHash('sha256').update(JSON.stringify(manifest.detector));
  for (const f of packageFiles(manifest)) hash.update(f.sha256);
  return hash.digest('hex').slice(0, 8);
}
