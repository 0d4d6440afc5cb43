import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { groupBy } from '../../core/stats/groupBy';
import { printable } from '../../core/text/printable';
import { openBytes } from '../files/byteSource';

/** An image and what identifies its content. */
interface Grouped {
  readonly file: string;
  readonly group: string;
}

/** Names in a sentence; the rest is counted. */
const shownNames = 5;

/**
 * Images with equal content count in the group of the first of them: with copies in several groups, a forest would be
 * validated on images that it was trained on.
 * @param keys of the contents, in the order of the images; null where there is none
 * @param what says what is equal, for the sentence
 * @param known pairs that a sentence named before
 */
export function joinSameImages<T extends Grouped>(
  images: readonly T[],
  keys: readonly (string | null)[],
  what: 'bytes' | 'pixels',
  known: (copy: T, first: T) => boolean = () => false,
): { images: T[]; notes: string[] } {
  const out = [...images];
  const copies: string[] = [];
  let moved = 0;
  const indices = images.map((_, i) => i).filter((i) => keys[i] !== null);
  for (const [first, ...others] of groupBy(indices, (i) => keys[i]).values())
    for (const i of others) {
      const [own, original] = [images[i]!, images[first!]!];
      if (!known(own, original)) copies.push(`${name(own)} (as ${name(original)})`);
      if (own.group !== original.group) moved++;
      out[i] = { ...own, group: original.group };
    }
  if (copies.length === 0) return { images: out, notes: [] };
  const listed = [...copies.slice(0, shownNames), ...(copies.length > shownNames ? ['…'] : [])].join(', ');
  const of = `${copies.length} ${copies.length === 1 ? 'image has' : 'images have'} the same ${what} as another: ${listed}.`;
  const joined = `${moved} of these ${moved === 1 ? 'was' : 'were'} in another group and ${moved === 1 ? 'counts' : 'count'} in the group of the first.`;
  return { images: out, notes: [moved > 0 ? `${of} ${joined}` : of] };
}

const name = ({ file }: Grouped) => printable(path.basename(file));

/**
 * For each file the hash of its bytes; null where no other file equals it, or it cannot be read. Files that differ in size
 * or in a sample from their middle are not read as a whole.
 * @throws the signal's reason when it is aborted
 */
export async function contentHashes(files: readonly string[], signal?: AbortSignal): Promise<(string | null)[]> {
  const sampled = await repeatedKeys(files, sampleOf, signal);
  const candidates = files.filter((_, i) => sampled[i] !== null);
  const hashes = new Map<string, string | null>();
  (await repeatedKeys(candidates, hashOf, signal)).forEach((key, i) => hashes.set(candidates[i]!, key));
  return files.map((file) => hashes.get(file) ?? null);
}

/** The keys that several files have; null for the others. */
async function repeatedKeys(
  files: readonly string[],
  keyOf: (file: string) => Promise<string | null>,
  signal: AbortSignal | undefined,
): Promise<(string | null)[]> {
  const keys: (string | null)[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    keys.push(await keyOf(file).catch(() => null));
  }
  const same = groupBy(keys, (key) => key);
  return keys.map((key) => (key !== null && same.get(key)!.length > 1 ? key : null));
}

const sampleBytes = 4096;

/** Size and a block from the middle. */
async function sampleOf(file: string): Promise<string | null> {
  const { size } = await fs.stat(file);
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const position = Math.floor(Math.max(0, size - sampleBytes) / 2);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sampleBytes), 0, sampleBytes, position);
    return `${size} ${buffer.toString('base64', 0, bytesRead)}`;
  } finally {
    await handle.close();
  }
}

async function hashOf(file: string): Promise<string | null> {
  const source = await openBytes(file);
  if (!('read' in source)) return null;
  try {
    return await source.hash();
  } finally {
    await source.close();
  }
}
