import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openBytes } from '../../../server/src/engine/files/byteSource';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-'));

/** A sparse file, which takes no room on the disk. */
function sparseFile(name: string, size: number): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, 'head');
  fs.truncateSync(file, size);
  fs.utimesSync(file, 1000, 1000);
  return file;
}

async function hashOf(file: string): Promise<string> {
  const source = await openBytes(file);
  if (!('read' in source)) throw new Error(source.reason);
  const hash = await source.hash();
  await source.close();
  return hash;
}

it('identifies a file beyond 4 GB by size, time and ends, so that a changed one has another key', async () => {
  const size = 4.1e9;
  const one = await hashOf(sparseFile('a', size));
  expect(await hashOf(sparseFile('b', size))).toBe(one);
  expect(await hashOf(sparseFile('c', size + 1))).not.toBe(one);
  const later = sparseFile('d', size);
  fs.utimesSync(later, 1000, 1001);
  expect(await hashOf(later)).not.toBe(one);
  const other = sparseFile('e', size);
  const handle = fs.openSync(other, 'r+');
  fs.writeSync(handle, 'x', size - 1000);
  fs.closeSync(handle);
  fs.utimesSync(other, 1000, 1000);
  expect(await hashOf(other)).not.toBe(one);
  fs.rmSync(folder, { recursive: true });
});
