// Values that h5py wrote (generate.py), read through the thread with the HDF5 library; needs dist/hdf5-worker.js.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rawStatistics } from '../../../../server/src/core/image/rawImage';
import { imageInfo } from '../../../../server/src/engine/image/imageInfo';
import { openImage } from '../../../../server/src/engine/image/openImage';

interface Frame {
  min: number;
  max: number;
  mean: number;
  at: number;
}
interface Expected {
  frames: number;
  width: number;
  height: number;
  dtype: string;
  kind: string;
  nmPerPixel: number | null;
  title?: string;
  first: Frame;
  last: Frame;
}
const file = (name: string) => path.join(import.meta.dirname, 'files', name);
const expected = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>;

it.each(Object.entries(expected))('%s', async (name, want) => {
  for (const frame of [0, want.frames - 1]) {
    const open = await openImage({ file: file(name), frame });
    if (open.kind !== 'open') throw new Error(open.reason);
    const { width, height, dtype, kind } = want;
    expect(open.source.frames).toBe(want.frames);
    expect(open.facts).toMatchObject({ width, height, dtype, kind });
    if (want.nmPerPixel === null) expect(open.facts.nmPerPixel).toBeNull();
    else expect(open.facts.nmPerPixel).toBeCloseTo(want.nmPerPixel, 9);
    if (want.title) expect(open.facts.title).toBe(want.title);
    const raw = await open.source.read(frame);
    const values = frame === 0 ? want.first : want.last;
    expect({ ...rawStatistics(raw), at: raw.data[3 * width + 7] }).toEqual(values);
  }
});

it('reads a window as the same part of the whole', async () => {
  const open = await openImage({ file: file('ncem-stack-gzip.emd'), frame: 1 });
  if (open.kind !== 'open') throw new Error(open.reason);
  const whole = await open.source.read(1);
  const part = await open.source.read(1, { x: 5, y: 4, width: 6, height: 3 });
  expect([part.width, part.height]).toEqual([6, 3]);
  for (let i = 0; i < 18; i++) expect(part.data[i]).toBe(whole.data[(4 + Math.floor(i / 6)) * 20 + 5 + (i % 6)]);
});

it('takes the image of Velox files, not the map of an element before it', async () => {
  const found = await imageInfo({ file: file('velox.emd'), frame: null });
  expect(found).toMatchObject({ format: 'emd', frame: 1, frames: 3, nmPerPixel: expect.closeTo(0.2, 9) as number });
  expect(found).toMatchObject({ metadata: { title: 'HAADF', voltageKV: 300, microscope: 'Themis' }, max: 359 });
  expect(await imageInfo({ file: file('velox.emd'), frame: 0 })).toMatchObject({
    reason: 'The file contains an elemental map, not a micrograph.',
  });
});

it('takes the thickness of the sample from HyperSpy’s metadata, in metres, unless it is beyond a millimetre', async () => {
  const thickness = async (name: string) => {
    const open = await openImage({ file: file(name), frame: null });
    return open.kind === 'open' ? open.facts.thicknessNm : open.reason;
  };
  expect(await thickness('thickness.hspy')).toBeCloseTo(85, 6);
  expect(await thickness('thickness-in-nm.hspy')).toBeUndefined();
  expect(await thickness('image.hspy')).toBeUndefined();
});

it.each([
  ['velox-spectra.emd', 'The file contains a spectrum image, not a micrograph.'],
  ['spectra.hspy', 'The file contains a spectrum image, not a micrograph.'],
  ['ncem-float16-le.emd', 'The file has samples of type <e, which is not supported.'],
  ['other.emd', 'The HDF5 file contains no images in a known layout (Velox, NCEM EMD, HyperSpy).'],
  ['external-link.emd', 'The HDF5 file contains no images in a known layout (Velox, NCEM EMD, HyperSpy).'],
  ['virtual.emd', 'The HDF5 file keeps its pixels in other files, which are not opened.'],
  ['large-chunk.emd', 'The HDF5 file is stored in pieces of 288 MB, which are too large.'],
  ['lzf.emd', 'The HDF5 file is compressed with lzf, which is not supported.'],
  ['huge-chunk.emd', 'The image has 10000 megapixels; at most 250 are supported.'],
])('%s is refused in one sentence', async (name, reason) => {
  expect(await imageInfo({ file: file(name), frame: null })).toMatchObject({ outcome: 'unsupported', reason });
});

it('opens no other file that a file names', async () => {
  expect(await imageInfo({ file: file('external-storage.emd'), frame: null })).toMatchObject({ outcome: 'unreadable' });
});
