import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DisplayTiles, displayTileSize, type DisplayImage } from '../../../server/src/engine/image/displayTiles';
import { buildDm } from './image/builders';

let folder: string;
let image: string;
const [width, height] = [1200, 700];
const value = (x: number, y: number) => (x * 31 + y * 17) % 256;

const writePicture = (add: number) => {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = value(x, y) ^ add;
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(image);
};

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'tem-gauge-tiles-'));
  image = path.join(folder, 'a.png');
  await writePicture(0);
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

const opened = async (tiles: DisplayTiles): Promise<DisplayImage> => {
  const facts = await tiles.open(image);
  if ('unreadable' in facts) throw new Error(facts.unreadable);
  return facts;
};

describe('DisplayTiles', () => {
  it('serves an overview and exact tiles of the full resolution', async () => {
    const tiles = new DisplayTiles(path.join(folder, 'cache'));
    const facts = await opened(tiles);
    expect(facts.levels).toEqual([
      { width: 1200, height: 700 },
      { width: 600, height: 350 },
    ]);
    expect((await fs.readFile(facts.overview)).length).toBe(600 * 350);
    const file = await tiles.tile(image, facts.key, { level: 0, column: 2, row: 1 });
    const tile = await fs.readFile(file!);
    expect(tile.length).toBe((1200 - 1024) * (700 - 512));
    expect(tile[0]).toBe(value(2 * displayTileSize, displayTileSize));
    expect(tile.at(-1)).toBe(value(1199, 699));
  });

  it('gives no tile beyond the image or of pixels that changed', async () => {
    const tiles = new DisplayTiles(path.join(folder, 'cache2'), 0);
    const { key } = await opened(tiles);
    expect(await tiles.tile(image, key, { level: 0, column: 3, row: 0 })).toBeNull();
    expect(await tiles.tile(image, key, { level: 7, column: 0, row: 0 })).toBeNull();
    expect(await tiles.tile(image, key, { level: 0, column: -1, row: 0 })).toBeNull();
    await writePicture(5);
    const fresh = new DisplayTiles(path.join(folder, 'cache2'));
    expect(await fresh.tile(image, key, { level: 0, column: 0, row: 0 })).toBeNull();
    expect((await opened(fresh)).key).not.toBe(key);
    await writePicture(0);
  });

  it('answers six requests at once and leaves no temporary file', async () => {
    const tiles = new DisplayTiles(path.join(folder, 'cache3'));
    const keys = await Promise.all(Array.from({ length: 6 }, async () => (await opened(tiles)).key));
    expect(new Set(keys).size).toBe(1);
    expect((await fs.readdir(path.join(folder, 'cache3'))).filter((n) => n.endsWith('.tmp'))).toEqual([]);
  });

  it('says in a sentence why a file cannot be shown', async () => {
    const file = path.join(folder, 'text.png');
    await fs.writeFile(file, 'no image');
    expect(await new DisplayTiles(folder).open(file)).toHaveProperty('unreadable');
  });

  it('contains both sizes of pixels that are not square', async () => {
    const nm = (scale: number) => ({ scale, unit: 'nm' });
    const file = path.join(folder, 'uneven.dm3');
    const pixels = Float32Array.from({ length: 600 }, (_, i) => i);
    await fs.writeFile(
      file,
      buildDm(3, [{ name: 'a', dimensions: [30, 20], dataType: 2, pixels, axes: [nm(1), nm(0.2)] }], []),
    );
    expect(await new DisplayTiles(path.join(folder, 'cache4')).open(file)).toMatchObject({
      nmPerPixel: 1,
      nmPerPixelY: expect.closeTo(0.2, 6) as number,
      nmPerPixelSource: 'dm-calibration',
    });
  });
});
