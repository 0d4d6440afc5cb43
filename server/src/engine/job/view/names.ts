import fs from 'node:fs/promises';
import path from 'node:path';
import { JobError, jobFiles, type Job } from '../job';

const blockBytes = 1 << 20;

/**
 * Names of a job's images: the manifest stays on the disk, and memory has 12 bytes per image (where its line begins, and its
 * folder).
 */
export class Names {
  /** Folders relative to the job's root, with `/`, in the order of their first image; '' for the root. */
  readonly folders: string[] = [];
  readonly folderOf: Uint32Array;
  private readonly lineAt: Float64Array;

  private constructor(
    private readonly file: string,
    images: number,
  ) {
    this.folderOf = new Uint32Array(images);
    this.lineAt = new Float64Array(images + 1);
  }

  /** @throws JobError for a manifest that is missing, damaged or cut short */
  static async read(dir: string, job: Job): Promise<Names> {
    const names = new Names(jobFiles.manifest(dir), job.images);
    const numbers = new Map<string, number>();
    let image = 0;
    for await (const { text, at, end } of linesOf(names.file)) {
      if (image === job.images) break;
      const folder = folderOf(pathIn(text, names.file));
      let number = numbers.get(folder);
      if (number === undefined) numbers.set(folder, (number = names.folders.push(folder) - 1));
      names.folderOf[image] = number;
      names.lineAt[image++] = at;
      names.lineAt[image] = end;
    }
    if (image < job.images) throw new JobError(`The manifest ${names.file} is cut short: image ${image} is missing.`);
    return names;
  }

  /** Path relative to the job's root. */
  async name(image: number): Promise<string> {
    const handle = await fs.open(this.file, 'r');
    try {
      const bytes = Buffer.alloc(this.lineAt[image + 1]! - this.lineAt[image]!);
      await handle.read(bytes, 0, bytes.length, this.lineAt[image]!);
      return pathIn(bytes.toString('utf8'), this.file);
    } finally {
      await handle.close();
    }
  }

  /** 1 for each image whose path contains a text, in any case. */
  async containing(text: string): Promise<Uint8Array> {
    const wanted = text.toLowerCase();
    const out = new Uint8Array(this.folderOf.length);
    let image = 0;
    for await (const line of linesOf(this.file)) {
      if (image === out.length) break;
      if (slashes(pathIn(line.text, this.file)).toLowerCase().includes(wanted)) out[image] = 1;
      image++;
    }
    return out;
  }
}

const slashes = (p: string) => p.replaceAll(path.sep, '/');

function folderOf(name: string): string {
  const text = slashes(name);
  return text.slice(0, Math.max(0, text.lastIndexOf('/')));
}

function pathIn(line: string, file: string): string {
  try {
    const parsed = JSON.parse(line) as { path: unknown };
    if (typeof parsed.path === 'string') return parsed.path;
  } catch {
    // Said below.
  }
  throw new JobError(`The manifest ${file} is damaged.`);
}

/** Lines of a file with where they begin and end, in blocks: a manifest may have a million. */
async function* linesOf(file: string): AsyncGenerator<{ text: string; at: number; end: number }, void, void> {
  const handle = await fs.open(file, 'r').catch(() => {
    throw new JobError(`The manifest ${file} is missing.`);
  });
  try {
    let rest: Buffer = Buffer.alloc(0);
    let at = 0;
    for (;;) {
      const block = Buffer.allocUnsafe(blockBytes);
      const { bytesRead } = await handle.read(block, 0, blockBytes, at + rest.length);
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([rest, block.subarray(0, bytesRead)]);
      let from = 0;
      for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
        yield { text: bytes.toString('utf8', from, to), at: at + from, end: at + to };
        from = to + 1;
      }
      rest = bytes.subarray(from);
      at += from;
    }
  } finally {
    await handle.close();
  }
}
