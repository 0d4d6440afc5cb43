// What the files of generate.py state, and what HyperSpy reads of them (hyperspy_values.py). Tolerance 1e-6 of the value:
// TVIPS stores 32-bit floats.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openImage } from '../../../../server/src/engine/image/openImage';

type Size = readonly [x: number, y: number] | null;
const folder = import.meta.dirname;
const json = <T>(name: string) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as Record<string, T>;
const expected = json<{ readonly nm: Size; readonly kind: string }>('expected.json');
const hyperspy = json<Size>('hyperspy.json');

async function factsOf(name: string) {
  const open = await openImage({ file: path.join(folder, 'files', name), frame: null });
  if (open.kind !== 'open') throw new Error(open.reason);
  await open.close();
  return open.facts;
}

function expectSize(found: Awaited<ReturnType<typeof factsOf>>, size: Size): void {
  const { nmPerPixel: x, nmPerPixelY: y = x } = found;
  if (size === null) return expect([x, y]).toEqual([null, null]);
  expect(Math.abs(x! / size[0] - 1)).toBeLessThan(1e-6);
  expect(Math.abs(y! / size[1] - 1)).toBeLessThan(1e-6);
}

it.each(Object.entries(expected))('%s: pixel size and kind as the file states', async (name, { nm, kind }) => {
  const facts = await factsOf(name);
  expect(facts.kind).toBe(kind);
  expectSize(facts, nm);
});

/**
 * HyperSpy takes the size of a diffraction pattern of TVIPS for nm, and gives the width of FEI's, TVIPS' and Olympus' pixels
 * to the axis of the height: only square pixels are compared.
 */
const others = Object.entries(hyperspy).filter(
  ([name, size]) => size && size[0] === size[1] && name !== 'tvips-2-diffraction.tif',
);

it.each(others)('%s: pixel size as HyperSpy reads it', async (name, size) => {
  expectSize(await factsOf(name), size);
});

it('compares five files with HyperSpy', () => expect(others.length).toBeGreaterThanOrEqual(5));
