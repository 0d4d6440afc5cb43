import { inflate as zlibInflate, constants } from 'node:zlib';
import { promisify } from 'node:util';
import { decompress as unzstd } from 'fzstd';
import { damaged, unsupported } from '../format';

const inflate = promisify(zlibInflate);

const names: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  6: 'old-style JPEG',
  7: 'JPEG',
  9: 'JBIG',
  10: 'JBIG',
  32766: 'NeXT',
  32809: 'ThunderScan',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

/** Name of a TIFF compression, for messages. */
export const compressionName = (code: number): string => names[code] ?? `number ${code}`;

/** Refusal that names the compression. */
export const unsupportedCompression = (code: number) =>
  unsupported(`The image is compressed with ${compressionName(code)}, which is not supported.`);

/** Whether this reader decompresses a compression itself. */
export const isOwnCompression = (code: number): boolean => [1, 5, 8, 32946, 32773, 50000, 34926].includes(code);

/**
 * The bytes of one strip or tile, at most `limit`; shorter where the data end early.
 * @throws ImageRefusal for damaged data
 */
export async function decompressStrip(code: number, bytes: Buffer, limit: number): Promise<Buffer> {
  switch (code) {
    case 1:
      return bytes.subarray(0, limit);
    case 5:
      return lzw(bytes, limit);
    case 32773:
      return packBits(bytes, limit);
    case 8:
    case 32946:
      try {
        return (await inflate(bytes, { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH })) as Buffer;
      } catch {
        throw damaged('Deflate data');
      }
    case 50000:
    case 34926:
      try {
        const out = Buffer.alloc(limit);
        return Buffer.from(unzstd(bytes, out).buffer, out.byteOffset, limit);
      } catch {
        throw damaged('ZSTD data');
      }
    default:
      throw unsupportedCompression(code);
  }
}

function packBits(bytes: Buffer, limit: number): Buffer {
  const out = Buffer.alloc(limit);
  let to = 0;
  for (let at = 0; at < bytes.length && to < limit;) {
    const n = bytes.readInt8(at++);
    if (n >= 0) {
      const part = bytes.subarray(at, Math.min(at + n + 1, at + limit - to));
      part.copy(out, to);
      to += part.length;
      at += n + 1;
    } else if (n > -128) {
      const end = Math.min(limit, to + 1 - n);
      out.fill(bytes[at++] ?? 0, to, end);
      to = end;
    }
  }
  return out.subarray(0, to);
}

const clear = 256;
const endOfInformation = 257;

/** LZW as TIFF 6.0 section 13 has it: codes of 9 to 12 bits, most significant bit first, widened one code early. */
function lzw(bytes: Buffer, limit: number): Buffer {
  if (bytes.length >= 2 && bytes[0] === 0 && (bytes[1]! & 1) === 1)
    throw unsupported('The image is compressed with the old LZW of reversed bits, which is not supported.');
  const out = Buffer.alloc(limit);
  const prefix = new Uint16Array(4097);
  const suffix = new Uint8Array(4097);
  const length = new Uint16Array(4097);
  const first = new Uint8Array(4097);
  for (let i = 0; i < 256; i++) {
    suffix[i] = first[i] = i;
    length[i] = 1;
  }
  let [next, width, previous, to] = [258, 9, -1, 0];
  let [buffer, held] = [0, 0];
  for (let at = 0; to < limit;) {
    while (held < width && at < bytes.length) {
      buffer = ((buffer << 8) | bytes[at++]!) & 0xffffff;
      held += 8;
    }
    if (held < width) break;
    held -= width;
    const code = (buffer >> held) & ((1 << width) - 1);
    if (code === endOfInformation) break;
    if (code === clear) {
      [next, width, previous] = [258, 9, -1];
      continue;
    }
    if (code > next || (code === next && previous < 0) || (code > 255 && code < 258)) throw damaged('LZW data');
    const known = code < next;
    if (previous >= 0 && next < 4097) {
      prefix[next] = previous;
      length[next] = length[previous]! + 1;
      first[next] = first[previous]!;
      suffix[next] = first[known ? code : previous]!;
      next++;
    }
    to = writeEntry(code, { prefix, suffix, length }, out, to);
    previous = code;
    if (next >= (1 << width) - 1 && width < 12) width++;
  }
  return out.subarray(0, Math.min(to, limit));
}

function writeEntry(
  code: number,
  table: { prefix: Uint16Array; suffix: Uint8Array; length: Uint16Array },
  out: Buffer,
  to: number,
): number {
  const end = to + table.length[code]!;
  for (let i = end - 1; i >= to; i--) {
    if (i < out.length) out[i] = table.suffix[code]!;
    code = table.prefix[code]!;
  }
  return end;
}
