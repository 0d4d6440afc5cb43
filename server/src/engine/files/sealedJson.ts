import zlib from 'node:zlib';

/**
 * JSON objects in one line with a checksum of themselves as the last member, so that a flipped bit is found where it would
 * still be valid JSON: `{"shard":3,"crc":"9be2f0d1"}`. The checksum is the CRC-32 of the line without that member.
 */
export function sealJson(value: Readonly<Record<string, unknown>>): string {
  const body = JSON.stringify(value);
  return `${body.slice(0, -1)}${body === '{}' ? '' : ','}"crc":"${checksum(body)}"}`;
}

/** Of the last member, with its comma and the closing brace. */
const seal = /^,?"crc":"([0-9a-f]{8})"\}$/;
const sealLength = ',"crc":"01234567"}'.length;

/** The object of a line, still with its checksum; null where the line is damaged or was not sealed. */
export function unsealJson(line: string): Record<string, unknown> | null {
  // An empty object has no comma before the member.
  const at = line.startsWith('{"crc"') ? 1 : line.length - sealLength;
  const match = seal.exec(line.slice(at));
  if (!match || checksum(`${line.slice(0, at)}}`) !== match[1]) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

const checksum = (text: string): string => zlib.crc32(text).toString(16).padStart(8, '0');
