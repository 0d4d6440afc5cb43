import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage, readImage } from '../../../server/src/engine/image/openImage';
import { sidecarPixelSize } from '../../../server/src/engine/image/pixelSize';
import { buildTiff, type TiffOptions } from './tiffBuilder';

const notAnImage = expect.stringContaining('not an image of a format that can be read') as string;
const square = { width: 32, height: 32 };
const ramp = Uint16Array.from({ length: 1024 }, (_, i) => i * 60);
const sizeOf = async (tags: Partial<TiffOptions>) => {
  const decoded = await decodeImage(buildTiff({ ...square, pixels: ramp, sampleFormat: 1, ...tags }));
  return decoded.kind === 'image' ? decoded.nmPerPixel : decoded.reason;
};

describe('decodeImage', () => {
  it('keeps every level of a signed 16-bit TIFF, negative ones too', async () => {
    const values = Int16Array.from({ length: 32 * 32 }, (_, i) => (i - 512) * 30);
    const decoded = await decodeImage(buildTiff({ ...square, pixels: values, sampleFormat: 2 }));
    if (decoded.kind !== 'image') throw new Error(decoded.reason);
    expect(decoded.image.bitDepth).toBe(16);
    expect([...decoded.image.data]).toEqual([...values].map((v) => v + 32768));
  });

  it('reads 64-bit floats', async () => {
    const values = Float64Array.from({ length: 1024 }, (_, i) => i * 1e5 - 7);
    const decoded = await decodeImage(buildTiff({ ...square, pixels: values, sampleFormat: 3 }));
    if (decoded.kind !== 'image') throw new Error(decoded.reason);
    expect(decoded.image.data[1023]).toBeCloseTo(1023e5 - 7, -2);
  });

  it('refuses a cut PNG, a PNG with a broken header and a text in words', async () => {
    const bytes = fs.readFileSync('media/samples/images/dense-overlap-00107.png');
    const damaged = { kind: 'unreadable', reason: 'The image is damaged or cut short.' };
    expect(await decodeImage(bytes.subarray(0, 2000))).toEqual(damaged);
    expect(await decodeImage(bytes.subarray(0, 20))).toEqual(damaged);
    expect(await decodeImage(Buffer.from('no picture at all'))).toEqual({
      kind: 'unsupported',
      reason: notAnImage,
    });
  });

  it('takes a microscope’s pixel size from the tags, never a print’s', async () => {
    expect(await sizeOf({ resolution: 2e7, resolutionUnit: 3 })).toBeCloseTo(0.5, 9);
    expect(await sizeOf({ resolution: 300, resolutionUnit: 2 })).toBeNull();
    expect(await sizeOf({ resolution: 4000, resolutionUnit: 2 })).toBeNull();
    expect(await sizeOf({})).toBeNull();
  });

  it('reads ImageJ’s own unit', async () => {
    expect(await sizeOf({ resolution: 4, resolutionUnit: 1, description: 'ImageJ=1.53t\nunit=nm\n' })).toBe(0.25);
    expect(await sizeOf({ resolution: 500, resolutionUnit: 1, description: 'ImageJ=1.53t\nunit=micron\n' })).toBe(2);
    expect(await sizeOf({ resolution: 4, resolutionUnit: 1, description: 'ImageJ=1.53t\nunit=furlong\n' })).toBeNull();
  });
});

it.each([
  ['[Scan]\r\nPixelWidth=2.5e-010\r\n'],
  ['[EScan]\nPixelWidth = 2.5e-10\n'],
  ['[Scan]\nPixelWidth=2,5e-10\n'],
  ['[IRBeam]\nHFW=8,0e-9\n[Image]\nResolutionX=32\n'],
])('reads FEI’s pixel size from %j', async (fei) => {
  expect(await sizeOf({ fei })).toBeCloseTo(0.25, 9);
});

describe('readImage', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));

  it('names files that are not images', async () => {
    fs.writeFileSync(path.join(folder, 'empty.png'), '');
    expect(await readImage(path.join(folder, 'empty.png'))).toMatchObject({ reason: 'The file is empty.' });
    expect(await readImage(folder)).toMatchObject({ reason: 'This is a folder, not a file.' });
    expect(await readImage(path.join(folder, 'absent.png'))).toMatchObject({ reason: 'The file does not exist.' });
  });

  it('does not read a large file that is not an image', async () => {
    const file = path.join(folder, 'large.tif');
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 3e9); // sparse
    expect(await readImage(file)).toEqual({
      kind: 'unsupported',
      reason: notAnImage,
    });
    const handle = fs.openSync(file, 'r+');
    fs.writeSync(handle, 'II*\0', 0, 'latin1');
    fs.closeSync(handle);
    expect(await readImage(file)).toMatchObject({ kind: 'unreadable' });
    fs.rmSync(file);
  });
});

it.each([
  ['quotes and commas in names', 'Image,nm/pixel\n"3-1, 39K.png",0.25\n', '3-1, 39K.png', 0.25],
  ['semicolons and decimal commas', 'Image;nm/pixel\nx.png;0,25\n', 'x.png', 0.25],
  ['UTF-16', Buffer.from('\ufeffImage,nm/pixel\nx.png,0.25\n', 'utf16le'), 'x.png', 0.25],
  ['tabs and another heading', 'file name\tpixel size\tnm per pixel\nx.png\t7\t0.25\n', 'x.png', 0.25],
  ['a number as a name', 'No,Image,nm/pixel\n1,scan_7.png,0.38\n2,1.png,0.05\n', '1.png', 0.05],
  ['running numbers alone', 'No,Image,nm/pixel\n1,scan_7.png,0.38\n', '1.png', null],
  ['other normalisation', `Image,nm/pixel\n${'ü'.normalize('NFD')}.png,0.5\n`, 'ü.png', 0.5],
  ['folders', 'Image,nm/pixel\nscans\\x.png,0.5\n', 'x.png', 0.5],
  ['Mac line ends', 'Image,nm/pixel\rx.png,0.25\r', 'x.png', 0.25],
  ['empty lines', '\n\nImage,nm/pixel\n\nx.png,0.25\n', 'x.png', 0.25],
  ['titles and comments above', '# made by J. M.\nPixel sizes\nImage,nm/pixel\nx.png,0.25\n', 'x.png', 0.25],
  ['a heading with another unit', 'Image;Pixel size (Å)\nx.png;2,5\n', 'x.png', 0.25],
  ['micrometres', 'Image,µm/px\nx.png,0.00025\n', 'x.png', 0.25],
  ['the unit in the cell', 'Image,pixel size\nx.png,250 pm/pixel\n', 'x.png', 0.25],
  ['the unit in cell and heading', 'Image,nm/pixel\nx.png,0.25 nm\n', 'x.png', 0.25],
  ['an uncertainty first', 'Image,error of nm/pixel,nm/pixel\nx.png,0.01,0.25\n', 'x.png', 0.25],
  ['other capitals', 'Image,nm/pixel\nX.PNG,0.25\n', 'x.png', 0.25],
  ['capitals that distinguish', 'Image,nm/pixel\nX.png,0.5\nx.png,0.25\n', 'x.png', 0.25],
  ['one size twice', 'Image,nm/pixel\nx.png,0.25\nx.png,0.25\nx.png,\n', 'x.png', 0.25],
])('reads a table of pixel sizes with %s', async (_, table, name, size) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  fs.writeFileSync(path.join(folder, 'image_nm_pixel_conversions.csv'), table);
  expect(await sidecarPixelSize(path.join(folder, name))).toBe(size);
  fs.rmSync(folder, { recursive: true });
});

it.each([
  ['two sizes of one name', 'Image,nm/pixel\nx.png,0.5\nx.png,0.7\n', 'Line 3 of'],
  ['a negative size', 'Image,nm/pixel\nx.png,-1\n', '"-1" as a length'],
  ['no unit', 'Image,pixel size\nx.png,0.25\n', 'without a unit'],
  ['a thousand or a decimal', 'Image;pixel size (pm)\nx.png;1,234 nm\n', '"1,234 nm" as a length'],
  ['digits of another script', 'Image,nm/pixel\nx.png,٠٫٢٥\n', '"٠٫٢٥" as a length'],
  ['a kilometre', 'Image,nm/pixel\nx.png,1e12\n', '"1e12" as a length'],
  ['a metre in the cell', 'Image,pixel size\nx.png,1 m\n', '"1 m" as a length'],
  ['pixels per nanometre', 'Image,px/nm\nx.png,4\n', 'has no column "nm/pixel"'],
])('says which value of a table of pixel sizes is not used: %s', async (_, table, sentence) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  fs.writeFileSync(path.join(folder, 'image_nm_pixel_conversions.csv'), table);
  await expect(sidecarPixelSize(path.join(folder, 'x.png'))).rejects.toThrow(sentence);
  expect(await sidecarPixelSize(path.join(folder, 'y.png')).catch(() => null)).toBeNull();
  fs.rmSync(folder, { recursive: true });
});

it('says that a table of pixel sizes is not understood', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  fs.writeFileSync(path.join(folder, 'image_nm_pixel_conversions.csv'), 'Image,scale\nx.png,0.5\n');
  await expect(sidecarPixelSize(path.join(folder, 'x.png'))).rejects.toThrow('has no column "nm/pixel"');
  fs.rmSync(folder, { recursive: true });
});

it('finds a file’s pixel size in the table beside it', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
  fs.writeFileSync(
    path.join(folder, 'image_nm_pixel_conversions.csv'),
    'image,nm/pixel\n"a.tif",0.38\nb,0.21\nc.tif,???\n',
  );
  const size = (name: string) => sidecarPixelSize(path.join(folder, name));
  expect(await Promise.all(['a.tif', 'b.png', 'c.tif', 'd.tif'].map(size))).toEqual([0.38, 0.21, null, null]);
});
