// Damaged files of every format: the answer is an image or a typed refusal, never another exception, crash or hang.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../server/src/core/random';
import { encodeGrayPng } from '../../../../server/src/engine/image/encodePng';
import { decodeImage } from '../../../../server/src/engine/image/openImage';
import { imageInfo } from '../../../../server/src/engine/image/imageInfo';
import { buildDm, buildMrc, buildSer } from './builders';

const [w, h] = [20, 18];
const pixels = Uint16Array.from({ length: w * h }, (_, i) => i);
const floats = Float32Array.from(pixels);
const oracle = (name: string) => fs.readFileSync(path.join('test/oracle/formats', name));

const seeds: Record<string, Buffer> = {
  dm3: buildDm(3, [{ name: 'a', dimensions: [w, h], dataType: 10, pixels, axes: [{ scale: 1, unit: 'nm' }] }], []),
  dm4: buildDm(4, [{ name: 'a', dimensions: [w, h], dataType: 10, pixels, axes: [{ scale: 1, unit: 'nm' }] }], []),
  mrc: buildMrc({ width: w, height: h, mode: 2, pixels: Buffer.from(floats.buffer) }),
  ser: buildSer([floats], { width: w, height: h, delta: 1e-9 }),
  'tiff plain': oracle('tiff/files/plain-uint16.tif'),
  'tiff LZW': oracle('tiff/files/pillow-tiff_lzw-uint8.tif'),
  'tiff PackBits': oracle('tiff/files/pillow-packbits-uint16.tif'),
  'tiff Deflate': oracle('tiff/files/deflate-predictor2-uint16-be.tif'),
  'tiff BigTIFF tiles': oracle('tiff/files/bigtiff-tiled-uint16.tif'),
  'tiff palette': oracle('tiff/files/pillow-palette.tif'),
  'tiff JPEG': oracle('tiff/files/pillow-jpeg.tif'),
  png: await encodeGrayPng(Uint8Array.from(pixels), w, h),
};

/** One bit in the first 600 bytes, where headers are, or anywhere. */
function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let n = 1 + Math.floor(random.uniform() * 3); n > 0; n--) {
    const at = Math.floor(random.uniform() * (random.chance(0.7) ? Math.min(600, copy.length) : copy.length));
    copy[at] = copy[at]! ^ (1 << Math.floor(random.uniform() * 8));
  }
  return copy;
}

const typed = (found: Awaited<ReturnType<typeof decodeImage>>) =>
  found.kind === 'image'
    ? found.image.data.length === found.image.width * found.image.height * found.image.channels
    : ['unreadable', 'unsupported'].includes(found.kind) && found.reason.length > 5 && found.reason.length < 300;

it.each(Object.keys(seeds))('%s: truncations and flipped bits', async (name) => {
  const bytes = seeds[name]!;
  const random = createRandom(name.length * 101 + 7);
  for (let i = 0; i < 40; i++) {
    const cut = bytes.subarray(0, Math.floor((i * bytes.length) / 40));
    expect(typed(await decodeImage(Buffer.from(cut)))).toBe(true);
  }
  for (let i = 0; i < 150; i++) expect(typed(await decodeImage(flipped(bytes, random)))).toBe(true);
});

it('HDF5: truncations and flipped bits', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  const bytes = oracle('hdf5/files/ncem-stack-gzip.emd');
  const random = createRandom(11);
  for (let i = 0; i < 40; i++) {
    const file = path.join(folder, `${i}.emd`);
    fs.writeFileSync(file, i < 10 ? bytes.subarray(0, Math.floor((i * bytes.length) / 10)) : flipped(bytes, random));
    const found = await imageInfo({ file, frame: null });
    if (found.outcome) expect(found.reason!.length).toBeGreaterThan(5);
    else expect(found.width).toBeGreaterThan(0);
  }
  fs.rmSync(folder, { recursive: true });
}, 120_000);
