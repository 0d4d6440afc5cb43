import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../../../server/src/engine/files/byteSource';
import { openSource } from '../../../../server/src/engine/image/openImage';

const entryBytes = 12;

/** Empty pages of the given sizes, one after another. */
function buildPages(sizes: readonly (readonly [width: number, height: number])[]): Buffer {
  const directoryBytes = 2 + 6 * entryBytes + 4;
  const out = Buffer.alloc(8 + sizes.length * directoryBytes + 64);
  out.write('II*\0', 'latin1');
  out.writeUInt32LE(8, 4);
  sizes.forEach(([width, height], i) => {
    const at = 8 + i * directoryBytes;
    out.writeUInt16LE(6, at);
    const tags = [[256, width], [257, height], [258, 8], [273, 8 + sizes.length * directoryBytes], [278, height], [279, 0]] as const; // prettier-ignore
    tags.forEach(([tag, value], k) => {
      const entry = at + 2 + k * entryBytes;
      out.writeUInt16LE(tag, entry);
      out.writeUInt16LE(4, entry + 2);
      out.writeUInt32LE(1, entry + 4);
      out.writeUInt32LE(value, entry + 8);
    });
    if (i < sizes.length - 1) out.writeUInt32LE(at + directoryBytes, at + directoryBytes - 4);
  });
  return out;
}

async function framesOf(sizes: readonly (readonly [number, number])[]): Promise<number> {
  const open = await openSource(new MemorySource(buildPages(sizes)), { file: '', frame: null });
  if (open.kind !== 'open') throw new Error(open.reason);
  return open.source.frames;
}

describe('pages of a TIFF', () => {
  it('are the levels of a pyramid where they have half the size and the shape of another one', async () => {
    expect(await framesOf([[400, 300], [200, 150], [100, 75]])).toBe(1); // prettier-ignore
    expect(await framesOf([[400, 300], [400, 300], [200, 150]])).toBe(2); // prettier-ignore
    expect(await framesOf([[400, 300], [200, 60]])).toBe(2); // prettier-ignore
  });

  it('are all frames where they have more sizes than a pyramid', async () => {
    const sizes = Array.from({ length: 300 }, (_, i) => [100 + i, 100 + i] as const);
    expect(await framesOf(sizes)).toBe(300);
  });
});
