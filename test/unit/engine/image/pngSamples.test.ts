import { deflateSync, crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawStatistics, toRaster } from '../../../../server/src/core/image/rawImage';
import { MemorySource } from '../../../../server/src/engine/files/byteSource';
import { openSource } from '../../../../server/src/engine/image/openImage';

const [width, height] = [21, 18];

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG of samples in the order of the file. */
function buildPng(bits: number, colourType: number, samples: readonly number[], more: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([bits, colourType], 8);
  const perRow = samples.length / height;
  const rows = Array.from({ length: height }, (_, y) => {
    const text = samples.slice(y * perRow, (y + 1) * perRow).map((v) => v.toString(2).padStart(bits, '0'));
    const all = text.join('').padEnd(Math.ceil((perRow * bits) / 8) * 8, '0');
    return Buffer.from([0, ...(all.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2))]);
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk('IDAT', deflateSync(Buffer.concat(rows)));
  return Buffer.concat([signature, chunk('IHDR', head), ...more, data, chunk('IEND', Buffer.alloc(0))]);
}

async function read(bytes: Buffer) {
  const open = await openSource(new MemorySource(bytes), { file: '', frame: null });
  if (open.kind !== 'open') throw new Error(open.reason);
  return { facts: open.facts, raw: await open.source.read(0) };
}

const values = (top: number, perPixel = 1) =>
  Array.from({ length: width * height * perPixel }, (_, i) => (i * 7 + Math.floor(i / 5)) % (top + 1));

describe('samples of a PNG', () => {
  it.each([1, 2, 4])('of %i bits are those of the file, and are shown in full contrast', async (bits) => {
    const top = 2 ** bits - 1;
    const { facts, raw } = await read(buildPng(bits, 0, values(top)));
    expect(facts).toMatchObject({
      dtype: bits === 1 ? 'bool' : 'uint8',
      channels: 1,
      metadata: { bitsPerSample: bits },
    });
    expect([...raw.data]).toEqual(values(top));
    expect(rawStatistics(raw)).toMatchObject({ min: 0, max: top });
    expect([...toRaster(raw).data]).toEqual(values(top).map((v) => Math.round((v * 255) / top)));
  });

  it('of 8 and 16 bits keep the alpha channel of the file', async () => {
    for (const bits of [8, 16]) {
      const { facts, raw } = await read(buildPng(bits, 4, values(2 ** bits - 1, 2)));
      expect([facts.channels, raw.channels, facts.dtype]).toEqual([2, 2, `uint${bits}`]);
      expect([...raw.data]).toEqual(values(2 ** bits - 1, 2));
    }
  });

  it('have no alpha channel for a transparent colour', async () => {
    const { facts, raw } = await read(buildPng(8, 0, values(200), [chunk('tRNS', Buffer.from([0, 7]))]));
    expect([facts.channels, raw.channels]).toEqual([1, 1]);
    expect([...raw.data]).toEqual(values(200));
  });
});
