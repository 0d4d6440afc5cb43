import { describe, expect, it } from 'vitest';
import { aboveThreshold, plainEvidence, type Candidates } from '../../../server/src/core/detection/candidates';
import { encodeWindow, rleArea } from '../../../server/src/core/geometry/rle';
import { planTiles } from '../../../server/src/core/detection/tiles';
import type { Raster, Raster8 } from '../../../server/src/core/image/raster';
import type { Size } from '../../../server/src/core/geometry/size';
import { createRandom, type Random } from '../../../server/src/core/random';
import type { SelectingOptions, Detector } from '../../../server/src/engine/detector/detector';
import { tiled } from '../../../server/src/engine/detector/tiledDetector';
import { cavityInput } from '../../support/cavityInput';

const input = cavityInput();

type Square = readonly [x: number, y: number, side: number];

/** Bright squares on black; each has a gray value of its own. */
function draw(width: number, height: number, squares: readonly Square[]): Raster8 {
  const data = new Uint8Array(width * height);
  squares.forEach(([x, y, side], i) => {
    for (let row = y; row < y + side; row++) data.fill(100 + (i % 150), row * width + x, row * width + x + side);
  });
  return { width, height, channels: 1, bitDepth: 8, data };
}

/** Squares that do not touch: some small, some of a tile's overlap and beyond. */
function layout(random: Random, { width, height }: Size, count: number, largest: number): Square[] {
  const squares: Square[] = [];
  for (let i = 0; i < count; i++) {
    const side = Math.round(random.logUniform(10, largest));
    const square: Square = [random.int(width - side), random.int(height - side), side];
    const apart = ([x, y, s]: Square) =>
      x > square[0] + side + 2 || y > square[1] + side + 2 || x + s + 2 < square[0] || y + s + 2 < square[1];
    if (squares.every(apart)) squares.push(square);
  }
  return squares;
}

/**
 * Finds bright rectangles exactly, as parts of them where the image ends. Like a network that shrinks its image to 832 pixels
 * it misses those that would be shorter than 8 pixels then.
 */
function fakeDetector(seen: { image: Raster; options: SelectingOptions | undefined }[] = []): Detector {
  return {
    id: 'fake',
    categories: ['cavity'],
    device: { name: 'cpu', notice: null },
    detect: (image, options) => {
      seen.push({ image, options });
      return find(image, options);
    },
    dispose: () => Promise.resolve(),
  };
}

async function find(
  { width, height, data }: Raster,
  { select = aboveThreshold }: SelectingOptions = {},
): Promise<Candidates> {
  const shrunk = Math.min(1, 832 / Math.min(width, height));
  const boxes: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (!data[at] || (x > 0 && data[at - 1]) || (y > 0 && data[at - width])) continue;
      let [x1, y1] = [x, y];
      while (x1 < width && data[y * width + x1]) x1++;
      while (y1 < height && data[y1 * width + x]) y1++;
      if (Math.max(x1 - x, y1 - y) * shrunk >= 8) boxes.push(x, y, x1, y1);
    }
  const n = boxes.length / 4;
  const scores = Float32Array.from({ length: n }, (_, i) => 1 - (0.4 * i) / n);
  const found: Candidates = {
    imageSize: { width, height },
    boxes: Float32Array.from(boxes),
    scores,
    classIds: new Int32Array(n),
    evidence: plainEvidence(scores),
    scoreThreshold: 0.5,
  };
  const chosen = new Set(Array.from(await select(found)));
  const mask = (i: number) => {
    const [x0, y0, x1, y1] = boxes.slice(i * 4, i * 4 + 4) as [number, number, number, number];
    return encodeWindow(
      new Uint8Array((x1 - x0) * (y1 - y0)).fill(1),
      { x: x0, y: y0, width: x1 - x0, height: y1 - y0 },
      { width, height },
    );
  };
  return { ...found, masks: Array.from({ length: n }, (_, i) => (chosen.has(i) ? mask(i) : null)) };
}

const byPlace = (a: Square, b: Square) => a[1] - b[1] || a[0] - b[0];
const squaresOf = (c: Candidates): Square[] =>
  Array.from(c.scores.keys(), (i): Square => {
    const [x0, y0, x1, y1] = c.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
    expect(x1 - x0).toBe(y1 - y0);
    return [x0, y0, x1 - x0];
  }).sort(byPlace);

describe('tiled', () => {
  it('passes an image that is not tiled to the inner detector with all options', async () => {
    const seen: { image: Raster; options: SelectingOptions | undefined }[] = [];
    const image = draw(2000, 1400, [[50, 60, 30]]);
    const options: SelectingOptions = { select: () => [] };
    const found = await tiled(fakeDetector(seen), input).detect(image, options);
    expect(seen).toEqual([{ image, options }]);
    expect(seen[0]!.image).toBe(image);
    expect(found.masks).toEqual([null]);
  });

  it('finds in a frame of 4096 pixels all squares of its parts, those on seams once', async () => {
    const squares: Square[] = [];
    for (let y = 5; y < 4000; y += 96) for (let x = 5; x < 4000; x += 96) squares.push([x, y, 22]);
    const found = await tiled(fakeDetector(), input).detect(draw(4096, 4096, squares));
    expect(squaresOf(found)).toEqual([...squares].sort(byPlace));
    expect(squaresOf(await fakeDetector().detect(draw(4096, 4096, squares))).length).toBe(0);
  });

  it('finds every square of random layouts exactly once, with its mask in place', async () => {
    const random = createRandom(21);
    for (let round = 0; round < 12; round++) {
      const [width, height] = [1401 + random.int(1200), 1401 + random.int(1200)];
      const squares = layout(random, { width, height }, 150, 700);
      const found = await tiled(fakeDetector(), input).detect(draw(width, height, squares));
      expect(squaresOf(found)).toEqual([...squares].sort(byPlace));
      found.masks!.forEach((mask, i) => {
        const [x0, y0, x1, y1] = found.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number];
        const bits = new Uint8Array((x1 - x0) * (y1 - y0)).fill(1);
        expect(mask).toEqual(encodeWindow(bits, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }, { width, height }));
      });
      expect([...found.scores]).toEqual([...found.scores].sort((a, b) => b - a));
    }
  });

  it('uses a cavity larger than a tile once, from the whole frame', async () => {
    const squares: Square[] = [
      [300, 500, 1500],
      [40, 40, 20],
      [2300, 2300, 90],
    ];
    const found = await tiled(fakeDetector(), input).detect(draw(2500, 2500, squares));
    expect(squaresOf(found)).toEqual([...squares].sort(byPlace));
    const large = found.boxes.findIndex((_, i) => i % 4 === 0 && found.boxes[i + 2]! - found.boxes[i]! === 1500) / 4;
    expect(rleArea(found.masks![large]!)).toBe(1500 * 1500);
  });

  it('passes the candidates of a tile to the caller in frame coordinates', async () => {
    const squares: Square[] = [
      [100, 100, 30],
      [1800, 1700, 40],
    ];
    const asked: Square[] = [];
    const select = (c: Candidates) => {
      expect(c.imageSize).toEqual({ width: 2000, height: 1900 });
      asked.push(...squaresOf(c));
      return [];
    };
    const found = await tiled(fakeDetector(), input).detect(draw(2000, 1900, squares), { select });
    expect([...new Set(asked.map(String))].sort()).toEqual(squares.map(String).sort());
    // Those above the model's threshold have masks whatever the caller says of a single tile.
    expect(found.masks!.every((m) => m !== null)).toBe(true);
  });

  it('shows all tiles in the gray window of the whole image', async () => {
    const [width, height] = [1500, 1500];
    const data = new Uint16Array(width * height).fill(1000);
    for (let y = 0; y < 300; y++) data.fill(5000, y * width, y * width + 300);
    for (let y = 1400; y < 1420; y++) data.fill(3000, y * width + 1400, y * width + 1420);
    const seen: { image: Raster; options: SelectingOptions | undefined }[] = [];
    const image: Raster = { width, height, channels: 1, bitDepth: 16, data };
    const found = await tiled(fakeDetector(seen), input).detect(image);
    expect(squaresOf(found)).toEqual([
      [0, 0, 300],
      [1400, 1400, 20],
    ]);
    expect(seen.every((s) => s.image.bitDepth === 8)).toBe(true);
    const last = seen.at(-1)!.image;
    expect(Array.from(last.data).reduce((a, v) => Math.max(a, v))).toBe(128);
  });

  it('cuts interleaved colours', async () => {
    const [width, height] = [1500, 1450];
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
    const seen: { image: Raster; options: SelectingOptions | undefined }[] = [];
    await tiled(fakeDetector(seen), input).detect({ width, height, channels: 3, bitDepth: 8, data });
    const windows = planTiles(width, height, { tileSize: 1024, overlap: 128 });
    seen.slice(1).forEach(({ image }, k) => {
      const { x, y } = windows[k]!;
      const at = ((y + 500) * width + x + 700) * 3;
      expect([...image.data.subarray((500 * 1024 + 700) * 3, (500 * 1024 + 700) * 3 + 9)]).toEqual([
        ...data.subarray(at, at + 9),
      ]);
    });
  });

  it('reports progress tile by tile', async () => {
    const reports: [number, number][] = [];
    await tiled(fakeDetector(), input).detect(draw(2000, 1900, []), { onTile: (...report) => reports.push(report) });
    expect(reports).toEqual(Array.from({ length: 6 }, (_, i) => [i + 1, 6]));
  });

  it('does not run the network on tiles of a single gray value', async () => {
    const seen: { image: Raster; options: SelectingOptions | undefined }[] = [];
    const tiles: number[] = [];
    const found = await tiled(fakeDetector(seen), input).detect(draw(4096, 4096, [[20, 30, 40]]), {
      onTile: (done) => tiles.push(done),
    });
    expect([...found.boxes]).toEqual([20, 30, 60, 70]);
    // The whole image, and the only tile with a square.
    expect(seen.length).toBe(2);
    expect(tiles.length).toBeGreaterThan(20);
  });

  it('stops between tiles when it is cancelled', async () => {
    const seen: { image: Raster; options: SelectingOptions | undefined }[] = [];
    const controller = new AbortController();
    const squares = layout(createRandom(4), { width: 2000, height: 1900 }, 120, 60);
    const detection = tiled(fakeDetector(seen), input).detect(draw(2000, 1900, squares), {
      signal: controller.signal,
      onTile: (done) => done === 2 && controller.abort(),
    });
    await expect(detection).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen.length).toBe(3);
    await expect(
      tiled(fakeDetector(), input).detect(draw(1500, 1500, []), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
