import fs from 'node:fs/promises';

/** Size and time of change of a file, with its inode: another stamp, possibly another content. */
export type Stamp = string;

/** The stamp of a file; null where there is none. */
export async function stampOf(file: string): Promise<Stamp | null> {
  const stat = await fs.stat(file, { bigint: true }).catch(() => null);
  return stat && `${stat.size} ${stat.mtimeNs} ${stat.ino}`;
}
