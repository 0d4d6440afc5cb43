import type { ByteSource } from '../../files/byteSource';
import { ProtoReader } from './protoFields';

/** A graph has about twenty top-level fields; thousands of metadata pairs serve no exporter. */
const maxFields = 10_000;
const maxPairs = 1000;
const maxPairBytes = 200e3;

/** Pairs of ModelProto.metadata_props (onnx.proto3, field 14); exporters put class names there. Empty when there are none. */
export async function readOnnxMetadata(bytes: ByteSource): Promise<ReadonlyMap<string, string>> {
  const out = new Map<string, string>();
  const reader = new ProtoReader(bytes);
  let fields = 0;
  for await (const field of reader.fields()) {
    if (++fields > maxFields || out.size >= maxPairs) break;
    if (field.number !== 14 || field.wire !== 2 || field.end - field.start > maxPairBytes) continue;
    const [key, value] = await reader.entry(field, maxPairBytes);
    if (key) out.set(key, value);
  }
  return out;
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
