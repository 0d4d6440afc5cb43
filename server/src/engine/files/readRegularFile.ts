import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { systemFault } from './systemFault';

/** Why a file was not read. The message is one sentence with the given path. */
export class FileReadError extends Error {
  override name = 'FileReadError';
  constructor(
    message: string,
    /** The system's code (ENOENT, EACCES, …), EISDIR for a folder, ENOTREG for a pipe or device, EFBIG above the limit. */
    readonly code: string,
  ) {
    super(message);
  }
}

export interface RegularFile {
  readonly handle: fs.FileHandle;
  readonly size: number;
}

/**
 * Opens a regular file for reading without blocking: a named pipe or a device is refused.
 * The caller closes the handle.
 * @throws FileReadError
 */
export async function openRegularFile(file: string): Promise<RegularFile> {
  // Without O_NONBLOCK, opening a named pipe waits for a writer. Windows does not define the flag.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await fs.open(file, flags).catch((error: NodeJS.ErrnoException) => {
    throw new FileReadError(sentence(file, error.code ?? 'unknown error'), error.code ?? 'unknown error');
  });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new FileReadError(sentence(file, 'EISDIR'), 'EISDIR');
    if (!stat.isFile()) throw new FileReadError(sentence(file, 'ENOTREG'), 'ENOTREG');
    return { handle, size: stat.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The same without the size; null where the file cannot be opened, or is not a regular file. */
export const openIfRegular = (file: string): Promise<fs.FileHandle | null> =>
  openRegularFile(file).then(
    ({ handle }) => handle,
    () => null,
  );

/**
 * Reads a whole regular file, without blocking on pipes and devices.
 * @param maxBytes the largest size accepted, checked before any memory is allocated
 * @throws FileReadError
 */
export async function readRegularFile(file: string, { maxBytes }: { readonly maxBytes: number }): Promise<Buffer> {
  const { handle, size } = await openRegularFile(file);
  try {
    if (size > maxBytes)
      throw new FileReadError(`${file} has ${megabytes(size)}; at most ${megabytes(maxBytes)} are supported.`, 'EFBIG');
    // A separate buffer, which native libraries can use without a copy.
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await handle.read(bytes, at, size - at, at).catch((error: NodeJS.ErrnoException) => {
        throw new FileReadError(sentence(file, error.code ?? 'unknown error'), error.code ?? 'unknown error');
      });
      // The file became shorter while it was read.
      if (bytesRead === 0) return bytes.subarray(0, at);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Like readRegularFile, decoded as UTF-8 with an optional byte order mark. @throws FileReadError */
export async function readRegularText(file: string, limit: { readonly maxBytes: number }): Promise<string> {
  return new TextDecoder('utf-8').decode(await readRegularFile(file, limit));
}

/** Size limits in bytes by purpose of the file. */
export const fileLimits = {
  /** model.json, config.yaml, card.md and other short descriptions. */
  description: 16e6,
  /** Pixel sizes, counts and feature rows. */
  table: 256e6,
  /** COCO annotations and forest packages: one JSON string, below V8's limit of about 512 MB. */
  json: 500e6,
  /** Pickled forests, before decompression. */
  pickle: 300e6,
} as const;

function sentence(file: string, code: string): string {
  switch (code) {
    case 'ENOENT': return `There is no file ${file}.`;
    case 'EISDIR': return `${file} is a folder, not a file.`;
    // Opening a socket fails with ENXIO.
    case 'ENXIO': case 'ENOTREG': return `${file} is a pipe or a device, not a file.`;
    case 'EACCES': case 'EPERM': return `${file} may not be read (permission denied).`;
    default: return `${file} could not be read (${systemFault({ code })}).`;
  } // prettier-ignore
}

const megabytes = (n: number): string => (n >= 1e9 ? `${(n / 1e9).toFixed(1)} GB` : `${Math.ceil(n / 1e6)} MB`);
