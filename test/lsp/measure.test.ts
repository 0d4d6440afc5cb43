import fs from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileUri, imageFolder, samples, startServer, type ServerProcess } from './serverProcess';

let folder: string;
let storage: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = imageFolder(samples.slice(0, 2));
  storage = imageFolder([]);
  server = await startServer(storage);
});
afterAll(async () => {
  await server.stop();
  for (const dir of [folder, storage]) fs.rmSync(dir, { recursive: true, force: true });
});
const uri = (...names: string[]) => fileUri(folder, ...names);

it('measures an image, and the images of its folder that were estimated', async () => {
  const [first, second] = samples as [string, string];
  const estimate = await server.request('tem-gauge/estimate', { uri: uri(first) });
  const one = await server.request('tem-gauge/measure', { uri: uri(first), thicknessNm: 80 });
  expect(one).toMatchObject({ images: 1, detections: estimate.detections.length });
  const [count] = one.lines;
  expect(count).toMatchObject({ name: 'count', quantity: { unit: '', level: 0.9 }, reason: '' });
  expect(count!.quantity!.low).toBeLessThanOrEqual(count!.quantity!.value);
  expect(count!.quantity!.value).toBeLessThanOrEqual(count!.quantity!.high!);
  expect(one.lines.find((l) => l.name === 'swellingPercent')).toEqual({
    name: 'swellingPercent',
    quantity: null,
    reason: 'The pixel size is unknown.',
  });
  expect(await server.request('tem-gauge/measure', { uri: uri(first), folder: true })).toMatchObject({ images: 1 });
  const other = await server.request('tem-gauge/estimate', { uri: uri(second) });
  expect(await server.request('tem-gauge/measure', { uri: uri(first), folder: true })).toMatchObject({
    images: 2,
    detections: estimate.detections.length + other.detections.length,
  });
});

it('refuses an invalid thickness', async () => {
  await expect(server.request('tem-gauge/measure', { uri: uri('a.png'), thicknessNm: -1 })).rejects.toThrow(
    /thicknessNm/,
  );
});
