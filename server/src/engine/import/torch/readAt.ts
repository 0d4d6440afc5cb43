import type fs from 'node:fs/promises';
import { ImportError } from '../importError';

/**
 * Bytes of a file from a position; fewer where the file ends before.
 * @throws ImportError when position or length cannot be those of this file
 */
export async function readAt(handle: fs.FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (!(position >= 0 && length >= 0 && length <= size && position <= size))
    throw new ImportError('The checkpoint is damaged or cut short.');
  const buffer = Buffer.alloc(Math.min(length, size - position));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
