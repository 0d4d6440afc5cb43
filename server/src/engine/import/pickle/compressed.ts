import zlib from 'node:zlib';
import { decompress as decompressLzma } from 'lzma1';
import seekBzip from 'seek-bzip';
import { XzReadableStream } from 'xz-decompress';
import { PickleError } from './pickle';

/** A decompressed model beyond this is a trap, not a forest. */
const maxBytes = 2 ** 31 - 1;

const startsWith = (bytes: Uint8Array, ...head: number[]) => head.every((b, i) => bytes[i] === b);

/**
 * Undoes what joblib.dump(compress=…) did: zlib, gzip, bz2, xz or lzma (alone format), told by the first bytes; anything
 * else comes back as it is.
 * @throws PickleError when the compressed stream is damaged, absurdly large or LZ4.
 */
export async function decompress(bytes: Uint8Array): Promise<Uint8Array> {
  if (startsWith(bytes, 0x04, 0x22, 0x4d, 0x18))
    throw new PickleError('The pickle is compressed by LZ4, which is not read here: save it with joblib’s compress=3.');
  try {
    if (startsWith(bytes, 0x78) && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0)
      return zlib.inflateSync(bytes, { maxOutputLength: maxBytes });
    if (startsWith(bytes, 0x1f, 0x8b)) return zlib.gunzipSync(bytes, { maxOutputLength: maxBytes });
    if (startsWith(bytes, 0x42, 0x5a, 0x68)) return bunzip(bytes);
    if (startsWith(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return await xz(bytes);
    if (startsWith(bytes, 0x5d, 0, 0) && lzmaSize(bytes) <= maxBytes) return Uint8Array.from(decompressLzma(bytes));
  } catch {
    throw new PickleError('The compressed pickle is damaged or cut short.');
  }
  return bytes;
}

/** The library still calls Buffer(): its users need not hear of it. */
function bunzip(bytes: Uint8Array): Uint8Array {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    return seekBzip.decode(bytes);
  } finally {
    process.noDeprecation = noDeprecation ?? false;
  }
}

/** The size an lzma header declares; 0 where it leaves it open. */
function lzmaSize(bytes: Uint8Array): number {
  if (bytes.length < 13) throw new RangeError('cut short');
  const size = Buffer.from(bytes.buffer, bytes.byteOffset, 13).readBigUInt64LE(5);
  return size === 2n ** 64n - 1n ? 0 : Number(size);
}

async function xz(bytes: Uint8Array): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const parts: Uint8Array[] = [];
  let total = 0;
  const reader = new XzReadableStream(source).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    // The decoder reuses its buffer.
    parts.push(part.value.slice());
    total += part.value.length;
    if (total > maxBytes) throw new RangeError('too large');
  }
  return Buffer.concat(parts);
}
