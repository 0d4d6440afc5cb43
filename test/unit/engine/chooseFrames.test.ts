import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseFrames, nameWithFrame } from '../../../server/src/engine/audit/chooseFrames';
import { findImages } from '../../../server/src/engine/audit/findImages';
import { readImage } from '../../../server/src/engine/image/openImage';
import { buildDm, buildSer } from './image/builders';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));
const at = (name: string) => path.join(folder, name);
const floats = (v: number) => Float32Array.from({ length: 400 }, (_, i) => i * v);

beforeAll(() => {
  fs.writeFileSync(at('a.ser'), buildSer([floats(1), floats(2), floats(3)], { width: 20, height: 20, delta: 1e-9 }));
  const image = { dimensions: [20, 20], dataType: 2, pixels: floats(5) } as const;
  const spectrum = { name: 's', dimensions: [400], dataType: 2, pixels: floats(1), axes: [{ scale: 1, unit: 'eV' }] };
  fs.writeFileSync(at('b.dm4'), buildDm(4, [spectrum, { ...image, name: 'x' }, { ...image, name: 'y' }], []));
  for (const name of ['notes.txt', 'c.raw', 'd.bmp', 'report.html', '.hidden', 'annotations.coco.json'])
    fs.writeFileSync(at(name), 'x');
  fs.writeFileSync(at('broken.tif'), 'II*');
});

describe('chooseFrames', () => {
  it('leaves files alone where nothing is chosen', async () =>
    expect(await chooseFrames([at('a.ser')], null)).toEqual([at('a.ser')]));

  it('names one frame of every file, but where a file has its own', async () =>
    expect(await chooseFrames([at('a.ser'), `${at('a.ser')}#2`], 1)).toEqual([`${at('a.ser')}#1`, `${at('a.ser')}#2`]));

  it('names every frame that is an image, no spectrum, and files that cannot be opened', async () =>
    expect(await chooseFrames([at('a.ser'), at('b.dm4'), at('broken.tif')], 'all')).toEqual([
      ...[0, 1, 2].map((f) => `${at('a.ser')}#${f}`),
      ...[1, 2].map((f) => `${at('b.dm4')}#${f}`),
      at('broken.tif'),
    ]));

  it('reads the frame that it names', async () => {
    const read = await readImage(`${at('a.ser')}#2`);
    if (read.kind !== 'image') throw new Error(read.reason);
    expect([...read.image.data]).toEqual([...floats(3)]);
    expect(read.key).not.toBe(((await readImage(at('a.ser'))) as typeof read).key);
  });
});

it('says the used frame where there are several', () => {
  expect(nameWithFrame('a.ser', { frame: 0, frames: 3 })).toBe('a.ser#0');
  expect(nameWithFrame('a.ser#2', { frame: 2, frames: 3 })).toBe('a.ser#2');
  expect(nameWithFrame('a.png', {})).toBe('a.png');
});

describe('findImages', () => {
  it('names files that no reader takes, but not tables, labels and reports', async () => {
    const { files, skipped } = await findImages([folder]);
    expect(files).toEqual(['a.ser', 'b.dm4', 'broken.tif'].map(at));
    expect(skipped).toEqual(['c.raw', 'd.bmp'].map(at));
  });

  it('takes a file with a frame', async () => {
    expect(await findImages([`${at('a.ser')}#2`, `${at('a.ser')}#1`])).toMatchObject({
      files: [`${at('a.ser')}#2`, `${at('a.ser')}#1`],
      missing: [],
    });
  });
});
