import fs from 'node:fs/promises';
import path from 'node:path';
import type { Estimate } from '../engine/engine.types';

/** Size and time of change of a file: another stamp, possibly another content. */
export type Stamp = string;

/** The stamp of a regular file; null where there is none. */
export async function stampOf(file: string): Promise<Stamp | null> {
  const stat = await fs.stat(file, { bigint: true }).catch(() => null);
  return stat && `${stat.size} ${stat.mtimeNs} ${stat.ino}`;
}

export interface ImageResult {
  readonly file: string;
  /** Of the file when it was read. */
  readonly stamp: Stamp;
  /** Without masks. */
  readonly estimate: Estimate;
}

/** The latest result of each image by canonical URI: the one list that Problems, tree and report are made from. */
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

  /** URIs of a file, or of everything below a folder. */
  under(fileOrFolder: string): string[] {
    const below = fileOrFolder.endsWith(path.sep) ? fileOrFolder : fileOrFolder + path.sep;
    return this.entries()
      .filter(([, r]) => r.file === fileOrFolder || r.file.startsWith(below))
      .map(([uri]) => uri);
  }
}
