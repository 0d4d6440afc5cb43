import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileUri, imageFolder, samples, startServer, type ServerProcess } from './serverProcess';

let folder: string;
let storage: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = imageFolder(samples);
  fs.mkdirSync(path.join(folder, 'sub'));
  fs.renameSync(path.join(folder, samples[2]!), path.join(folder, 'sub', samples[2]!));
  storage = imageFolder([]);
  server = await startServer(storage);
});
afterAll(async () => {
  await server.stop();
  for (const dir of [folder, storage]) fs.rmSync(dir, { recursive: true, force: true });
});

it('has no groups without results', async () => {
  expect(await server.request('tem-gauge/quantities', {})).toEqual({ groups: [], missing: 0 });
});

it('gives all images and each folder, the thickness included', async () => {
  await server.request('tem-gauge/audit', { uris: [fileUri(folder)] });
  const { groups, missing } = await server.request('tem-gauge/quantities', { thicknessNm: 80 });
  expect(missing).toBe(0);
  const all = groups.find((g) => g.kind === 'all')!;
  const folders = groups.filter((g) => g.kind === 'folder');
  expect(all.uris).toHaveLength(3);
  expect(folders.map((g) => [g.folder, g.uris.length])).toEqual([
    [fileUri(folder), 2],
    [fileUri(folder, 'sub'), 1],
  ]);
  const detections = [...server.rows.values()].reduce((sum, r) => sum + r.detectionCount, 0);
  expect(all.detections).toBe(detections);
  expect(folders.reduce((sum, g) => sum + g.detections, 0)).toBe(detections);
  const count = all.lines.find((l) => l.name === 'count')!;
  expect(count.quantity!.low).toBeLessThanOrEqual(count.quantity!.value);
  expect(count.quantity!.high).toBeGreaterThanOrEqual(count.quantity!.value);
  expect(Object.values(count.quantity!.causes).reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 2);
  expect(count.reason).toBe('');
  // The same numbers as an image's own, up to the draws: one image in a folder is that folder.
  const one = await server.request('tem-gauge/measure', { uri: folders[1]!.uris[0]!, thicknessNm: 80 });
  expect(folders[1]!.detections).toBe(one.detections);
});

it('gives the reliable images a group of their own where not all are', async () => {
  const { groups } = await server.request('tem-gauge/quantities', {});
  const reliable = [...server.rows.values()].filter((r) => r.reliability === 'reliable').map((r) => r.uri);
  const group = groups.find((g) => g.kind === 'reliable');
  if (reliable.length === 0 || reliable.length === 3) expect(group).toBeUndefined();
  else expect([...group!.uris].sort()).toEqual(reliable.sort());
});

it('never runs the network: an image whose present content is not in the cache is missing', async () => {
  fs.appendFileSync(path.join(folder, samples[0]!), 'changed');
  const { groups, missing } = await server.request('tem-gauge/quantities', {});
  expect(missing).toBe(1);
  expect(groups[0]!.uris).toHaveLength(2);
});

it('does not count a refused file as missing', async () => {
  fs.writeFileSync(path.join(folder, 'empty.png'), '');
  await server.request('tem-gauge/audit', { uris: [fileUri(folder)] });
  expect(server.rows.get(fileUri(folder, 'empty.png'))!.outcome).toBe('unreadable');
  const { groups, missing } = await server.request('tem-gauge/quantities', {});
  expect(missing).toBe(0);
  expect(groups[0]!.uris).not.toContain(fileUri(folder, 'empty.png'));
});
