import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { decodeImage } from '../../../../server/src/engine/image/openImage';

let plain: Buffer;
beforeAll(async () => {
  plain = await sharp(Buffer.alloc(40 * 30, 7), { raw: { width: 40, height: 30, channels: 1 } })
    .png()
    .toBuffer();
});

/** The PNG with a chunk pHYs behind its header. */
function withScale(perUnitX: number, perUnitY: number, unit: number, last = 9): Buffer {
  const body = Buffer.alloc(13);
  body.write('pHYs', 0, 'latin1');
  body.writeUInt32BE(perUnitX, 4);
  body.writeUInt32BE(perUnitY, 8);
  body[12] = unit;
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(last);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([plain.subarray(0, 33), length, body, sum, plain.subarray(33)]);
}

function crc(bytes: Buffer): number {
  let c = 0xffffffff;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

it.each([
  [
    'two thousand million pixels per metre',
    { x: 2e9, y: 2e9, unit: 1 },
    { nmPerPixel: 0.5, nmPerPixelSource: 'png-phys' },
  ],
  ['unequal sides', { x: 2e9, y: 1e9, unit: 1 }, { nmPerPixel: 0.5, facts: { nmPerPixelY: 1 } }],
  ['72 dots per inch', { x: 2835, y: 2835, unit: 1 }, { nmPerPixel: null, nmPerPixelSource: null }],
  ['a ratio without a unit', { x: 2e9, y: 2e9, unit: 0 }, { nmPerPixel: null, nmPerPixelSource: null }],
  ['no density', { x: 0, y: 0, unit: 1 }, { nmPerPixel: null, nmPerPixelSource: null }],
] as const)('takes %s', async (_, { x, y, unit }, expected) => {
  expect(await decodeImage(withScale(x, y, unit))).toMatchObject({ kind: 'image', ...expected });
});

it('refuses or reads a PNG whose chunk is longer than the file, without a pixel size', async () => {
  const found = await decodeImage(withScale(2e9, 2e9, 1, 0x7fffffff));
  expect(found).not.toMatchObject({ nmPerPixelSource: 'png-phys' });
});
