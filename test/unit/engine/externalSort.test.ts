import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { naturalOrder } from '../../../server/src/engine/audit/findImages';
import { ExternalSort } from '../../../server/src/engine/files/externalSort';

let root: string;
beforeAll(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-sort-'))));
afterAll(() => fs.rmSync(root, { recursive: true }));

/** Names in an order that is the same in every run, with repetitions, line breaks and characters of several bytes. */
function names(count: number): string[] {
  let state = 3;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return `/data/Tag ß ${state % 7}/${'x'.repeat(state % 400)}\n${(state >> 8) % 900}.tif`;
  });
}

it.each([
  ['one run in memory', 50, 100],
  ['a full run and one text more', 101, 100],
  ['many runs, each larger than one block', 20_000, 1000],
])('sorts %s as an array is sorted', async (_, count, runLength) => {
  const folder = path.join(root, 'runs');
  const texts = names(count);
  const sort = new ExternalSort(folder, naturalOrder, runLength);
  for (const text of texts) await sort.add(text);
  expect(sort.size).toBe(count);
  const sorted: string[] = [];
  for await (const text of sort.sorted()) sorted.push(text);
  expect(fs.existsSync(folder)).toBe(count > runLength);
  await sort.dispose();
  expect(fs.existsSync(folder)).toBe(false);
  expect(sorted).toEqual(texts.sort(naturalOrder));
});

it('sorts nothing, and leaves nothing when its reader stops', async () => {
  const folder = path.join(root, 'stopped');
  for await (const text of new ExternalSort(folder, naturalOrder).sorted()) expect.fail(text);
  const sort = new ExternalSort(folder, naturalOrder, 2);
  for (const text of ['c', 'b', 'a']) await sort.add(text);
  for await (const text of sort.sorted()) {
    expect(text).toBe('a');
    break;
  }
  await sort.dispose();
  expect(fs.existsSync(folder)).toBe(false);
});
