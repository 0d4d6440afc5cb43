import fs from 'node:fs';
import { expect, it } from 'vitest';
import { decodeImage } from '../../../server/src/engine/image/decodeImage';

/** A little-endian uncompressed gray TIFF of signed 16-bit values. */
function signedTiff(width: number, height: number, values: Int16Array): Buffer {
  const tags = [
    [256, 3, width],
    [257, 3, height],
    [258, 3, 16],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 3, height],
    [279, 4, values.byteLength],
    [339, 3, 2],
  ];
  const buffer = Buffer.alloc(8 + values.byteLength + 2 + tags.length * 12 + 4);
  buffer.write('II*\0', 0, 'latin1');
  buffer.writeUInt32LE(8 + values.byteLength, 4);
  Buffer.from(values.buffer).copy(buffer, 8);
  let at = 8 + values.byteLength;
  buffer.writeUInt16LE(tags.length, at);
  at += 2;
  for (const [tag, type, value] of tags) {
    buffer.writeUInt16LE(tag!, at);
    buffer.writeUInt16LE(type!, at + 2);
    buffer.writeUInt32LE(1, at + 4);
    buffer.writeUInt32LE(value!, at + 8);
    at += 12;
  }
  return buffer;
}

it('keeps every level of a signed 16-bit TIFF, negative ones too', async () => {
  const values = Int16Array.from({ length: 32 * 32 }, (_, i) => (i - 512) * 30);
  const decoded = await decodeImage(signedTiff(32, 32, values));
  if (decoded.kind !== 'image') throw new Error(decoded.reason);
  expect(decoded.image.bitDepth).toBe(16);
  expect([...decoded.image.data]).toEqual([...values].map((v) => v + 32768));
});

it('refuses a cut PNG in words', async () => {
  const bytes = fs.readFileSync('media/samples/images/dense-overlap-00107.png').subarray(0, 2000);
  expect(await decodeImage(bytes)).toEqual({ kind: 'unreadable', reason: 'The image is damaged or cut short.' });
});
