// Values that tifffile and Pillow read from the same files (generate.py).
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openImage, readRaw } from '../../../../server/src/engine/image/openImage';
import { rawStatistics } from '../../../../server/src/core/image/rawImage';

interface Expected {
  height: number;
  width: number;
  channels: number;
  dtype: string;
  min: number;
  max: number;
  mean: number;
  samples: number[];
}
const folder = path.join(import.meta.dirname, 'files');
const expected = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>;

it.each(Object.entries(expected))('%s has the values of the other readers', async (name, want) => {
  const open = await openImage({ file: path.join(folder, name), frame: null });
  if (open.kind !== 'open') throw new Error(open.reason);
  const raw = await readRaw(open);
  await open.close();
  if (!('data' in raw)) throw new Error(raw.reason);
  expect([raw.width, raw.height, raw.channels]).toEqual([want.width, want.height, want.channels]);
  expect(raw.dtype).toBe(want.dtype);
  const statistics = rawStatistics(raw)!;
  for (const key of ['min', 'max', 'mean'] as const) close(statistics[key], want[key], name);
  want.samples.forEach((value, i) => {
    const at = Math.trunc((i * (raw.data.length - 1)) / (want.samples.length - 1));
    close(raw.data[at]!, value, name);
  });
});

/** The JPEG arithmetic of two libraries may differ by one level. */
function close(found: number, want: number, name: string): void {
  const tolerance = name === 'pillow-jpeg.tif' ? 1 : 1e-9 * Math.max(1, Math.abs(want));
  expect(Math.abs(found - want)).toBeLessThanOrEqual(tolerance);
}

it.each([
  ['pages.tif', 3, null],
  ['imagej-stack.tif', 4, 0.25],
  ['ome.ome.tif', 2, 0.05],
])('%s has its frames and pixel size', async (name, frames, nmPerPixel) => {
  for (let frame = 0; frame < frames; frame++) {
    const open = await openImage({ file: path.join(folder, name), frame });
    if (open.kind !== 'open') throw new Error(open.reason);
    expect(open.source.frames).toBe(frames);
    expect(open.facts.nmPerPixel).toBe(nmPerPixel);
    const raw = await readRaw(open);
    if (!('data' in raw)) throw new Error(raw.reason);
    // Frame i is the first one divided by i + 1.
    expect(raw.data[0]).toBe(Math.floor(expected['plain-uint16.tif']!.samples[0]! / (frame + 1)));
  }
  expect(await openImage({ file: path.join(folder, name), frame: frames })).toMatchObject({ kind: 'unsupported' });
});

it('reads a window as the same part of the whole', async () => {
  for (const name of ['bigtiff-tiled-uint16.tif', 'rgb-planar-tiled.tif', 'deflate-predictor2-uint64-be.tif']) {
    const open = await openImage({ file: path.join(folder, name), frame: 0 });
    if (open.kind !== 'open') throw new Error(open.reason);
    const whole = await open.source.read(0);
    const part = await open.source.read(0, { x: 7, y: 3, width: 12, height: 14 });
    expect([part.width, part.height]).toEqual([12, 14]);
    const c = whole.channels;
    for (let y = 0; y < 14; y++)
      for (let x = 0; x < 12 * c; x++)
        expect(part.data[y * 12 * c + x]).toBe(whole.data[((y + 3) * whole.width + 7) * c + x]);
  }
});
