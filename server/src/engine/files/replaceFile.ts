import fs from 'node:fs/promises';
import { temporaryName, withTemporary } from './temporaryPaths';

/**
 * Replaces a file only after its new content is complete: it is written to a temporary file in the same folder, which is
 * then renamed. Readers get the old or the new content, and a full disk changes nothing.
 * @param write writes the temporary file, whose name contains the process and ends in `.tmp`
 * @returns the result of `write`
 * @throws the error of `write` or of the file system; the temporary file is deleted then
 */
export const replaceFile = <T>(file: string, write: (temporary: string) => Promise<T>): Promise<T> =>
  withTemporary(temporaryName(file), async (temporary) => {
    const result = await write(temporary);
    await fs.rename(temporary, file);
    return result;
  });

/** Like {@link replaceFile}, for content in memory. */
export const replaceContent = (file: string, content: string | Uint8Array): Promise<void> =>
  replaceFile(file, (temporary) => fs.writeFile(temporary, content));
