import path from 'node:path';
import { openRegularFile } from '../../files/readRegularFile';
import { jobFiles, type Job } from '../job';
import { parseLine, readManifest } from '../manifest';

/** An image whose line is damaged. */
const noLine = -1;

/**
 * Names of a job's images: the manifest stays on the disk, and memory has 16 bytes per image (where its line begins and how
 * long it is, and its folder).
 */
export class Names {
  /** Folders relative to the job's root, with `/`, in the order of their first image; '' for the root. */
  readonly folders: string[] = [];
  readonly folderOf: Uint32Array;
  private readonly lineAt: Float64Array;
  private readonly lengths: Uint32Array;

  private constructor(
    private readonly dir: string,
    images: number,
  ) {
    this.folderOf = new Uint32Array(images);
    this.lineAt = new Float64Array(images).fill(noLine);
    this.lengths = new Uint32Array(images);
  }

  /** @throws JobError for a manifest that is missing */
  static async read(dir: string, job: Job): Promise<Names> {
    const names = new Names(dir, job.images);
    const numbers = new Map<string, number>();
    let next = 0;
    let number = 0;
    for await (const { index, path: name, at, end } of readManifest(dir, { start: 0, end: Infinity })) {
      if (index < next || index >= job.images) continue;
      // An image whose line is damaged most probably lies where the one before it lies.
      names.folderOf.fill(number, next, index);
      const folder = folderOf(name);
      number = numbers.get(folder) ?? names.folders.push(folder) - 1;
      numbers.set(folder, number);
      names.folderOf[index] = number;
      names.lineAt[index] = at;
      names.lengths[index] = end - at;
      next = index + 1;
    }
    names.folderOf.fill(number, next);
    if (names.folders.length === 0) names.folders.push('');
    return names;
  }

  /** Images whose line is damaged or cut off. */
  get damaged(): number {
    return this.lineAt.reduce((n, at) => (at === noLine ? n + 1 : n), 0);
  }

  /** Path relative to the job's root; null where the line is damaged. */
  async name(image: number): Promise<string | null> {
    const at = this.lineAt[image] ?? noLine;
    if (at === noLine) return null;
    const { handle } = await openRegularFile(jobFiles.manifest(this.dir));
    try {
      const bytes = Buffer.alloc(this.lengths[image]!);
      await handle.read(bytes, 0, bytes.length, at);
      return parseLine(bytes.toString('utf8'))?.path ?? null;
    } finally {
      await handle.close();
    }
  }

  /** 1 for each image whose path contains a text, in any case. */
  async containing(text: string): Promise<Uint8Array> {
    const wanted = text.toLowerCase();
    const out = new Uint8Array(this.folderOf.length);
    for await (const { index, path: name } of readManifest(this.dir, { start: 0, end: Infinity }))
      if (index < out.length && slashes(name).toLowerCase().includes(wanted)) out[index] = 1;
    return out;
  }
}

const slashes = (p: string) => p.replaceAll(path.sep, '/');

function folderOf(name: string): string {
  const text = slashes(name);
  return text.slice(0, Math.max(0, text.lastIndexOf('/')));
}
