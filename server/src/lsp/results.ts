import path from 'node:path';
import type { AuditRow } from '../engine/engine.types';
import type { Stamp } from '../engine/files/fileStamp';

export interface ImageResult {
  readonly file: string;
  /** Stamp of the file when it was read. */
  readonly stamp: Stamp;
  /** Of an estimate without its masks, or a stored row. */
  readonly row: AuditRow;
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

  rows(): AuditRow[] {
    return [...this.byUri.values()].map((r) => r.row);
  }

  /** URIs of a file, or of all files below a folder. */
  under(fileOrFolder: string): string[] {
    const below = fileOrFolder.endsWith(path.sep) ? fileOrFolder : fileOrFolder + path.sep;
    return this.entries()
      .filter(([, r]) => r.file === fileOrFolder || r.file.startsWith(below))
      .map(([uri]) => uri);
  }
}
