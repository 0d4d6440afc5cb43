import fs from 'node:fs/promises';
import path from 'node:path';
import type { Estimate } from '../engine/engine.types';

/** Size and modification time of a file; if they change, the content may have changed. */
export type Stamp = string;

/** The stamp of a regular file; null if there is none. */
export async function stampOf(file: string): Promise<Stamp | null> {
  const stat = await fs.stat(file, { bigint: true }).catch(() => null);
  return stat && `${stat.size} ${stat.mtimeNs} ${stat.ino}`;
}

export interface ImageResult {
  readonly file: string;
  /** Stamp of the file when it was read. */
  readonly stamp: Stamp;
  /** Without masks. */
  readonly estimate: Estimate;
}

/** The latest result of each image by canonical URI: the only list behind Problems, tree and report. */
export class Results {
  private readonly byUri = new Map<string, ImageResult>();

  get size(): number {
    return this.byUri.size;
  }

  get(uri: string): ImageResult | undefined {
    return this.byUri.get(uri);
  }

  set(uri: string, result: ImageResult): void {
    this.byUri.set(uri, result);
  }

  delete(uri: string): boolean {
    return this.byUri.delete(uri);
  }

  entries(): [string, ImageResult][] {
    return [...this.byUri];
  }

  estimates(): Estimate[] {
    return [...this.byUri.values()].map((r) => r.estimate);
  }

  /** URIs of a file, or of all files below a folder. */
  under(fileOrFolder: string): string[] {
    const below = fileOrFolder.endsWith(path.sep) ? fileOrFolder : fileOrFolder + path.sep;
    return this.entries()
      .filter(([, r]) => r.file === fileOrFolder || r.file.startsWith(below))
      .map(([uri]) => uri);
  }
}
