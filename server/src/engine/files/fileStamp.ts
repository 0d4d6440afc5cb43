import fs from 'node:fs/promises';

/** Size and time of change of a file, with its inode: another stamp, possibly another content. */
export type Stamp = string;

export interface FileState {
  readonly stamp: Stamp;
  /** When the file was last written, renamed or replaced here, in ms since 1970; unlike the time in the stamp, no program sets it. */
  readonly changedMs: number;
}

/** The state of a file; null where there is none. */
export async function fileState(file: string): Promise<FileState | null> {
  const stat = await fs.stat(file, { bigint: true }).catch(() => null);
  return stat && { stamp: `${stat.size} ${stat.mtimeNs} ${stat.ino}`, changedMs: Number(stat.ctimeMs) };
}

/** The stamp of a file; null where there is none. */
export const stampOf = async (file: string): Promise<Stamp | null> => (await fileState(file))?.stamp ?? null;
