import { describe, expect, it } from 'vitest';
import { toRaster } from '../../../../server/src/core/image/rawImage';
import { openSource } from '../../../../server/src/engine/image/openImage';
import { MemorySource } from '../../../../server/src/engine/files/byteSource';

/** Directories of pages without pixels: width, height, 8 bits. */
function stack(sizes: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(8 + 42 * sizes.length);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  sizes.forEach(([width, height], i) => {
    const at = 8 + 42 * i;
    bytes.writeUInt16LE(3, at);
    [[256, width], [257, height], [258, 8]].forEach(([tag, value], k) => {
      bytes.writeUInt16LE(tag!, at + 2 + 12 * k);
      bytes.writeUInt16LE(4, at + 4 + 12 * k);
      bytes.writeUInt32LE(1, at + 6 + 12 * k);
      bytes.writeUInt32LE(value!, at + 10 + 12 * k);
    }); // prettier-ignore
    bytes.writeUInt32LE(i + 1 < sizes.length ? at + 42 : 0, at + 38);
  });
  return bytes;
}
const frames = async (sizes: readonly (readonly [number, number])[]) => {
  const open = await openSource(new MemorySource(stack(sizes)), { file: '', frame: null });
  return open.kind === 'open' ? open.source.frames : open.reason;
};

describe('stacks', () => {
  it('of many pages are opened in time that grows with their number', async () => {
    expect(await frames(Array.from({ length: 30_000 }, () => [64, 64] as const))).toBe(30_000);
    expect(await frames(Array.from({ length: 10_000 }, (_, i) => [64 + i, 999] as const))).toBe(10_000);
  });

  it('leave out the smaller levels of each page', async () => {
    const level = (n: number) => [1024 >> n, 512 >> n] as const;
    expect(await frames([level(0), level(1), level(2), level(0), level(3)])).toBe(2);
  });
});

it('converts signed bytes one by one, without a list of all values', () => {
  const data = new Int8Array(30e6).fill(-128);
  data[29_999_999] = 127;
  const raster = toRaster({ width: 6000, height: 5000, channels: 1, dtype: 'int8', data, colour: 'gray' });
  expect([raster.data[0], raster.data[29_999_999]]).toEqual([0, 255]);
});
