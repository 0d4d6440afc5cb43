import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { OpenFiles } from '../../../../server/src/engine/store/openFiles';
import { SegmentFolder } from '../../../../server/src/engine/store/segmentFolder';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-segments-'));
afterAll(() => fs.rmSync(root, { recursive: true }));
const key = (i: number) => i.toString(16).padStart(8, '0').repeat(4);
const payload = (i: number) => Buffer.alloc(100, i);
const openHere = (folder: string) =>
  fs.readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;

it('counts what was used and then deleted, of each kind', async () => {
  const folder = new SegmentFolder(path.join(root, 'counted'), { maxBytes: 2000, segmentBytes: 1 });
  for (let i = 0; i < 10; i++) await folder.append(1, key(i), payload(i));
  folder.countEvicted();
  expect(folder.evicted(1)).toBe(0);
  for (const i of [0, 1, 2]) expect(await folder.read(1, key(i))).toEqual(payload(i));
  const kept = 2000 / (100 + 36);
  for (let i = 10; i < 30; i++) {
    await folder.append(2, key(i), payload(i));
    // Modification times order the segments.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  expect(folder.evicted(1)).toBe(3);
  expect(folder.evicted(2)).toBeGreaterThanOrEqual(20 - Math.floor(kept));
  expect(await folder.read(1, key(0))).toBeNull();
  expect(await folder.read(2, key(29))).toEqual(payload(29));
  await folder.close();
});

it.runIf(process.platform === 'linux')('reads more segments than it keeps open', async () => {
  const dir = path.join(root, 'many');
  const folder = new SegmentFolder(dir, { maxBytes: 1e9, segmentBytes: 1 });
  const count = 300;
  for (let i = 0; i < count; i++) await folder.append(1, key(i), payload(i));
  await folder.close();
  const reader = new SegmentFolder(dir, { maxBytes: 1e9 });
  const all = Array.from({ length: 2 * count }, (_, i) => (i * 7) % count);
  const found = await Promise.all(all.map((i) => reader.read(1, key(i))));
  expect(found).toEqual(all.map(payload));
  expect(openHere(dir)).toBeLessThanOrEqual(128);
  await reader.close();
  expect(openHere(dir)).toBe(0);
});

it('keeps few files open, and none that was closed while it was used', async () => {
  const dir = path.join(root, 'files');
  fs.mkdirSync(dir);
  const files = Array.from({ length: 6 }, (_, i) => path.join(dir, `f${i}`));
  for (const file of files) fs.writeFileSync(file, path.basename(file));
  const open = new OpenFiles(2);
  const read = (file: string) => open.use(file, async (handle) => (await handle.readFile()).toString());
  expect(await Promise.all(files.map(read))).toEqual(files.map((f) => path.basename(f)));
  expect(await read(path.join(dir, 'none'))).toBeNull();
  // A folder, as a pipe or a device, is not a file of records.
  expect(await read(dir)).toBeNull();
  const broken = open.use(files[1]!, () => Promise.reject(new Error('the disk reported an error')));
  await expect(broken).rejects.toThrow('the disk reported an error');
  let closing: Promise<void> | undefined;
  const text = await open.use(files[0]!, async (handle) => {
    closing = open.close();
    await closing;
    return (await handle.read(Buffer.alloc(2), 0, 2, 0)).bytesRead;
  });
  expect(text).toBe(2);
  if (process.platform === 'linux') expect(openHere(dir)).toBe(0);
});
