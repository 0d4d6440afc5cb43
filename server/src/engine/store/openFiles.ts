import type fs from 'node:fs/promises';
import { openRegularFile } from '../files/readRegularFile';

interface OpenFile {
  readonly handle: Promise<fs.FileHandle>;
  users: number;
}

/** Below the 1024 files that a process may usually open. */
const defaultMost = 128;

/** Files opened for reading, of which the ones used least recently are closed: a folder may contain thousands. */
export class OpenFiles {
  /** In the order of their last use. */
  private readonly open = new Map<string, OpenFile>();

  private closing = false;

  constructor(private readonly most = defaultMost) {}

  /** Runs `work` with the file. @returns null where the file cannot be opened */
  async use<T>(file: string, work: (handle: fs.FileHandle) => Promise<T>): Promise<T | null> {
    this.closing = false;
    const entry = this.open.get(file) ?? { handle: openRegularFile(file).then((f) => f.handle), users: 0 };
    this.open.delete(file);
    this.open.set(file, entry);
    entry.users++;
    try {
      const handle = await entry.handle.catch(() => null);
      if (!handle) {
        if (this.open.get(file) === entry) this.open.delete(file);
        return null;
      }
      return await work(handle);
    } finally {
      entry.users--;
      await this.closeUnused(this.closing ? 0 : this.most);
    }
  }

  /** Closes a file that is no longer in use. */
  async forget(file: string): Promise<void> {
    const entry = this.open.get(file);
    if (!entry || entry.users > 0) return;
    this.open.delete(file);
    await close(entry);
  }

  /** Closes all files, those in use after their use. */
  close(): Promise<void> {
    this.closing = true;
    return this.closeUnused(0);
  }

  private async closeUnused(most: number): Promise<void> {
    for (const [file, entry] of this.open) {
      if (this.open.size <= most) return;
      if (entry.users > 0) continue;
      this.open.delete(file);
      await close(entry);
    }
  }
}

const close = async ({ handle }: OpenFile): Promise<void> => (await handle.catch(() => null))?.close();
