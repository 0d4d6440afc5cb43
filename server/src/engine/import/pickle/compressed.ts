import zlib from 'node:zlib';
import { PickleError } from './pickleError';

/** Largest pickle accepted after decompression, in bytes: a forest of 1000 trees with 5000 nodes each has about 360 MB, one of 500 trees 180 MB. */
export const maxPickleBytes = 300e6;

const startsWith = (bytes: Uint8Array, ...head: number[]) => head.every((b, i) => bytes[i] === b);

/**
 * Decompresses zlib and gzip data of joblib.dump(compress=…), recognised by the first bytes. Other bytes are returned
 * unchanged.
 * @throws PickleError for a damaged stream, for more than maxPickleBytes, and for the compressions without a maintained
 * bounded reader in JavaScript (bz2, xz, lzma, LZ4)
 */
export function decompressPickle(bytes: Uint8Array): Uint8Array {
  const unread = unreadCompression(bytes);
  if (unread)
    throw new PickleError(
      `The pickle is compressed by ${unread}, which is not read here: save it with joblib’s compress=3.`,
    );
  const isZlib = startsWith(bytes, 0x78) && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0;
  if (!isZlib && !startsWith(bytes, 0x1f, 0x8b)) {
    if (bytes.length > maxPickleBytes) throw tooLarge();
    return bytes;
  }
  try {
    return isZlib
      ? zlib.inflateSync(bytes, { maxOutputLength: maxPickleBytes })
      : zlib.gunzipSync(bytes, { maxOutputLength: maxPickleBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new PickleError('The compressed pickle is damaged or cut short.');
  }
}

const tooLarge = () => new PickleError(`The pickle has more than ${maxPickleBytes / 1e6} MB; at most that are read.`);

/** Name of a compression that joblib writes and that is not read here, or null. */
function unreadCompression(bytes: Uint8Array): string | null {
  if (startsWith(bytes, 0x04, 0x22, 0x4d, 0x18)) return 'LZ4';
  if (startsWith(bytes, 0x42, 0x5a, 0x68)) return 'bz2';
  if (startsWith(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'xz';
  return startsWith(bytes, 0x5d, 0, 0) ? 'lzma' : null;
}
