import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../../../server/src/engine/files/byteSource';
import { decodeImage, openSource } from '../../../../server/src/engine/image/openImage';
import { buildDm, buildMrc, buildSer, type DmImageOptions } from './builders';

async function read(bytes: Buffer, frame: number | null = null) {
  const open = await openSource(new MemorySource(bytes), { file: '', frame });
  if (open.kind !== 'open') return open;
  const raw = await open.source.read(open.frame);
  return {
    ...open.facts,
    format: open.source.format,
    frames: open.source.frames,
    frame: open.frame,
    data: [...raw.data],
  };
}

const [w, h] = [20, 18];
const ramp = (factor = 1) => Uint16Array.from({ length: w * h }, (_, i) => i * factor);
const floats = (factor = 1) => Float32Array.from({ length: w * h }, (_, i) => i * factor - 3.5);
const thumbnail: DmImageOptions = { name: 'Image Of a', dimensions: [4, 4], dataType: 23, pixels: new Int32Array(16) };
const nm = (scale: number, unit = 'nm') => ({ scale, unit });

describe.each([3, 4] as const)('DM%d', (version) => {
  const image: DmImageOptions = {
    name: 'a',
    dimensions: [w, h],
    dataType: 10,
    pixels: ramp(),
    axes: [nm(0.5), nm(0.5)],
  };

  it('skips the thumbnail and takes pixels, size and name of the image', async () => {
    expect(await read(buildDm(version, [thumbnail, image], [0]))).toMatchObject({
      format: `dm${version}`, width: w, height: h, frames: 1, dtype: 'uint16', kind: 'image', title: 'a',
      nmPerPixel: 0.5, nmPerPixelSource: 'dm-calibration', data: [...ramp()],
    }); // prettier-ignore
  });

  it('takes a colour picture before the image for a thumbnail where the file names none, and a lone one for the image', async () => {
    const colour = { ...thumbnail, name: 'b', dimensions: [w, h], pixels: new Int32Array(w * h) };
    expect(await read(buildDm(version, [colour, image], []))).toMatchObject({ frames: 1, title: 'a', dtype: 'uint16' });
    expect(await read(buildDm(version, [image, colour], []))).toMatchObject({ frames: 2, title: 'a' });
    expect(await read(buildDm(version, [colour], []))).toMatchObject({ frames: 1, title: 'b' });
  });

  it('counts the planes of stacks and of several images as frames', async () => {
    const stack = Uint16Array.from([...ramp(), ...ramp(2), ...ramp(3)]);
    const file = buildDm(
      version,
      [thumbnail, { ...image, dimensions: [w, h, 3], pixels: stack }, { ...image, name: 'b' }],
      [0],
    );
    for (const [frame, factor, title] of [[0, 1, 'a'], [1, 2, 'a'], [2, 3, 'a'], [3, 1, 'b']] as const)
      expect(await read(file, frame)).toMatchObject({ frames: 4, title, data: [...ramp(factor)] }); // prettier-ignore
    expect(await read(file, 4)).toEqual({
      kind: 'unsupported',
      reason: 'The file has no frame 4: it contains frames 0 to 3.',
    });
  });

  it('reads Å and µm, notes uneven pixels, and leaves reciprocal units out', async () => {
    const with_ = (axes: DmImageOptions['axes']) => read(buildDm(version, [{ ...image, axes }], []));
    expect(await with_([nm(2, 'Å'), nm(2, 'Å')])).toMatchObject({ nmPerPixel: expect.closeTo(0.2, 6) as number });
    expect(await with_([nm(0.25, 'µm'), nm(0.5, 'µm')])).toMatchObject({ nmPerPixel: 250, nmPerPixelY: 500 });
    expect(await with_([nm(0.1, '1/nm'), nm(0.1, '1/nm')])).toMatchObject({
      nmPerPixel: null,
      kind: 'diffraction pattern',
    });
    expect(await with_([nm(1, ''), nm(1, '')])).toMatchObject({ nmPerPixel: null, kind: 'image' });
  });

  it('gives the stored values, and their calibration beside them', async () => {
    const brightness = { units: 'e-', scale: 0.25, origin: 2 };
    expect(await read(buildDm(version, [{ ...image, brightness }], []))).toMatchObject({
      data: [...ramp()],
      metadata: { brightnessUnits: 'e-', brightnessScale: 0.25, brightnessOrigin: 2 },
    });
    expect(((await read(buildDm(version, [image], []))) as { metadata: object }).metadata).toEqual({});
  });

  it('refuses spectra in words', async () => {
    const spectrum = { ...image, dimensions: [w * h], axes: [nm(0.1, 'eV')] };
    expect(await decodeImage(buildDm(version, [spectrum], []))).toEqual({
      kind: 'unsupported',
      reason: 'The file contains a spectrum, not a micrograph.',
    });
    const map = { ...image, format: 'Spectrum image' };
    expect(await decodeImage(buildDm(version, [map], []))).toMatchObject({
      reason: 'The file contains a spectrum image, not a micrograph.',
    });
  });

  it('takes the image of a file that begins with a spectrum', async () => {
    const spectrum = { ...image, name: 's', dimensions: [w * h], axes: [nm(0.1, 'eV')] };
    expect(await read(buildDm(version, [thumbnail, spectrum, image], [0]))).toMatchObject({ frame: 1, title: 'a' });
  });
});

describe('MRC', () => {
  const stack = Buffer.concat([Buffer.from(floats(1).buffer), Buffer.from(floats(2).buffer)]);

  it('reads both byte orders, frames and Å per pixel', async () => {
    const options = { width: w, height: h, depth: 2, mode: 2, cell: [w * 2.5, h * 2.5] } as const;
    const expected = {
      format: 'mrc',
      frames: 2,
      dtype: 'float32',
      nmPerPixel: 0.25,
      nmPerPixelSource: 'mrc-header',
      data: [...floats(2)],
    };
    expect(await read(buildMrc({ ...options, pixels: stack }), 1)).toMatchObject(expected);
    expect(await read(buildMrc({ ...options, pixels: Buffer.from(stack).swap32(), bigEndian: true }), 1)).toMatchObject(
      expected,
    );
  });

  it.each([
    [0, 'int8', Buffer.from(Int8Array.from({ length: w * h }, (_, i) => i - 128).buffer)],
    [1, 'int16', Buffer.from(Int16Array.from({ length: w * h }, (_, i) => i * 9 - 900).buffer)],
    [6, 'uint16', Buffer.from(ramp(100).buffer)],
  ])('reads mode %d as %s', async (mode, dtype, pixels) => {
    const found = await read(buildMrc({ width: w, height: h, mode, pixels }));
    const values = { int8: Int8Array, int16: Int16Array, uint16: Uint16Array }[dtype]!;
    expect(found).toMatchObject({ dtype, nmPerPixel: null, data: [...new values(new Uint8Array(pixels).buffer)] });
  });

  it('reads IMOD’s unsigned bytes, half floats, and complex values as their modulus', async () => {
    const bytes = Buffer.alloc(w * h, 200);
    expect(await read(buildMrc({ width: w, height: h, mode: 0, pixels: bytes, imodUnsigned: true }))).toMatchObject({
      dtype: 'uint8',
      data: [...bytes],
    });
    // 0x3e00 is 1.5
    const halves = Buffer.from(new Uint16Array(w * h).fill(0x3e00).buffer);
    expect(await read(buildMrc({ width: w, height: h, mode: 12, pixels: halves }))).toMatchObject({
      dtype: 'float16',
      data: Array(w * h).fill(1.5),
    });
    const complex = Buffer.from(Float32Array.from({ length: 2 * w * h }, (_, i) => (i % 2 ? 4 : 3)).buffer);
    expect(await read(buildMrc({ width: w, height: h, mode: 4, pixels: complex }))).toMatchObject({
      dtype: 'complex64',
      kind: 'transform',
      data: Array(w * h).fill(5),
    });
  });

  it.each([w, w - 1])('unpacks two samples of 4 bits per byte, rows of %i samples', async (width) => {
    const value = (x: number, y: number) => (x + 3 * y) % 16;
    const row = (y: number) =>
      Array.from({ length: Math.ceil(width / 2) }, (_, i) => value(2 * i, y) | (value(2 * i + 1, y) << 4));
    const pixels = Buffer.from(Array.from({ length: h }, (_, y) => row(y)).flat());
    expect(await read(buildMrc({ width, height: h, mode: 101, pixels }))).toMatchObject({
      dtype: 'uint8',
      data: Array.from({ length: width * h }, (_, i) => value(i % width, Math.floor(i / width))),
    });
    expect(await read(buildMrc({ width, height: h, mode: 101, pixels: pixels.subarray(1) }))).toMatchObject({
      kind: 'unreadable',
    });
  });

  it('takes size, voltage and kind from FEI’s extended header', async () => {
    const extended = Buffer.alloc(768);
    extended.writeDoubleLE(300_000, 84);
    extended.writeDoubleLE(0.7e-9, 156);
    extended.writeInt32LE(1, 244);
    extended.writeInt32LE(2, 248);
    const options = {
      width: w,
      height: h,
      mode: 2,
      pixels: Buffer.from(floats().buffer),
      extendedKind: 'FEI1',
      extended,
    };
    expect(await read(buildMrc(options))).toMatchObject({
      nmPerPixel: 0.7,
      kind: 'image',
      metadata: { voltageKV: 300 },
      data: [...floats()],
    });
    extended.writeDoubleLE(0.9e-9, 164);
    expect(await read(buildMrc(options))).toMatchObject({ nmPerPixel: 0.7, nmPerPixelY: 0.9 });
    extended.writeInt32LE(1, 248);
    expect(await read(buildMrc(options))).toMatchObject({ kind: 'diffraction pattern' });
  });

  it('refuses other modes by name, and a file that is cut short', async () => {
    expect(await read(buildMrc({ width: w, height: h, mode: 3, pixels: stack }))).toMatchObject({
      reason: expect.stringContaining('complex 16-bit integers') as string,
    });
    expect(await read(buildMrc({ width: w, height: h, mode: 2, pixels: stack.subarray(0, 99) }))).toMatchObject({
      kind: 'unreadable',
    });
  });
});

describe('SER', () => {
  const options = { width: w, height: h, delta: 0.4e-9 };

  it.each([0x210, 0x220] as const)('reads images and sizes of version %s', async (version) => {
    const file = buildSer([floats(1), floats(2)], { ...options, version });
    const expected = { format: 'ser', frames: 2, nmPerPixel: 0.4, nmPerPixelSource: 'ser-calibration', kind: 'image' };
    expect(await read(file, 1)).toMatchObject({ ...expected, data: [...floats(2)] });
    expect(await read(file)).toMatchObject({ ...expected, data: [...floats(1)] });
  });

  it('calls reciprocal metres a diffraction pattern without a pixel size', async () => {
    expect(await read(buildSer([floats()], { ...options, delta: 5e7 }))).toMatchObject({
      kind: 'diffraction pattern',
      nmPerPixel: null,
    });
  });

  it('refuses an empty series in words', async () => {
    expect(await read(buildSer([], options))).toEqual({
      kind: 'unsupported',
      reason: 'The series is empty: nothing was acquired.',
    });
  });
});
