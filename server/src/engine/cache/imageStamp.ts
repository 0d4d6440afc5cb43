import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { formatImageRef, type ImageRef } from '../../core/image/imageRef';

/** Identifies the content of an image without reading its file. */
export interface ImageStamp {
  /** Absolute path, with `#frame` where a frame is chosen. */
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Milliseconds: a file read sooner after its modification may change again with the same time stamp and is not remembered. */
const settledMs = 2000;

/** Whether the stamp of a file that was read at `now` (ms) identifies its content permanently. */
export const isSettled = ({ mtimeMs }: ImageStamp, now = Date.now()): boolean => now - mtimeMs >= settledMs;

/** 32 hexadecimal digits. */
export const stampKey = ({ file, size, mtimeMs }: ImageStamp): string =>
  createHash('sha256').update(`${file}\0${size}\0${mtimeMs}`).digest('hex').slice(0, 32);

/** Size and modification time of an image's file; null if it cannot be read, which opening it reports. */
export async function imageStampOf(ref: ImageRef): Promise<ImageStamp | null> {
  const stat = await fs.stat(ref.file).catch(() => null);
  if (!stat?.isFile()) return null;
  return { file: path.resolve(formatImageRef(ref)), size: stat.size, mtimeMs: stat.mtimeMs };
}
