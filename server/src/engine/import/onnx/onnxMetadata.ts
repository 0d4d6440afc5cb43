import { openRegularFile } from '../../files/readRegularFile';

/** A graph has about twenty top-level fields; thousands of metadata pairs serve no exporter. */
const maxFields = 10_000;
const maxPairs = 1000;
const maxPairBytes = 200e3;

/** Pairs of ModelProto.metadata_props (onnx.proto3, field 14); exporters put class names there. Empty when there are none. */
export async function readOnnxMetadata(file: string): Promise<ReadonlyMap<string, string>> {
  const out = new Map<string, string>();
  const { handle, size } = await openRegularFile(file);
  try {
    const read = async (at: number, length: number) => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
      await handle.read(buffer, 0, buffer.length, at);
      return buffer;
    };
    let at = 0;
    for (let fields = 0; at < size && fields < maxFields && out.size < maxPairs; fields++) {
      // The graph itself, the bulk of the file, is skipped by its length.
      const head = await read(at, 20);
      const tag = varint(head, 0);
      if (!tag) break;
      const wire = tag.value & 7;
      const body = varint(head, tag.end);
      if (wire === 0 && body) at += body.end;
      else if (wire === 2 && body) {
        if (tag.value >> 3 === 14 && body.value < maxPairBytes) {
          const [key, value] = pair(await read(at + body.end, body.value));
          if (key !== undefined && value !== undefined) out.set(key, value);
        }
        at += body.end + body.value;
      } else if (wire === 5) at += tag.end + 4;
      else if (wire === 1) at += tag.end + 8;
      else break;
    }
    return out;
  } finally {
    await handle.close();
  }
}

function varint(bytes: Buffer, from: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = from, scale = 1; i < bytes.length && i < from + 10; i++, scale *= 128) {
    value += (bytes[i]! & 127) * scale;
    if (bytes[i]! < 128) return { value, end: i + 1 };
  }
  return null;
}

/** StringStringEntryProto: key 1, value 2. */
function pair(bytes: Buffer): [string | undefined, string | undefined] {
  const found: [string | undefined, string | undefined] = [undefined, undefined];
  for (let at = 0; at < bytes.length;) {
    const length = varint(bytes, at + 1);
    if (!length) break;
    const field = bytes[at]! >> 3;
    if (field === 1 || field === 2) found[field - 1] = bytes.toString('utf8', length.end, length.end + length.value);
    at = length.end + length.value;
  }
  return found;
}

/** Longest dictionary of names; 1203 LVIS categories take 30 kB. */
const maxNamesLength = 200_000;

/**
 * Ultralytics writes a Python dictionary: {0: 'cavity', 1: 'loop'}. Every repetition in the pattern is bounded, so that
 * its time grows in proportion to the text.
 */
export function classNames(text: string | undefined): string[] | null {
  if (!text || text.length > maxNamesLength) return null;
  const names: string[] = [];
  const entry = /(?<!\d)(\d{1,5})\s{0,4}:\s{0,4}(?:'((?:[^'\\]|\\.){0,200})'|"((?:[^"\\]|\\.){0,200})")/g;
  for (const m of text.matchAll(entry)) names[Number(m[1])] = m[2] ?? m[3] ?? '';
  return names.length > 0 && names.length < 10_000 && !names.includes(undefined as never) ? names : null;
}
