import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CocoResult } from '../../server/src/engine/export/cocoExport';
import { fileUri, imageFolder, samples, startServer, type ServerProcess } from './serverProcess';

let folder: string;
let out: string;
let storage: string;
let server: ServerProcess;
const [first, second] = samples as [string, string];
beforeAll(async () => {
  folder = imageFolder(samples.slice(0, 2));
  out = imageFolder([]);
  storage = imageFolder([]);
  server = await startServer(storage);
});
afterAll(async () => {
  await server.stop();
  for (const dir of [folder, out, storage]) fs.rmSync(dir, { recursive: true, force: true });
});
const to = (name: string) => fileUri(out, name);
const rows = (name: string) =>
  parse(fs.readFileSync(path.join(out, name)), { columns: true, bom: true }) as Record<string, string>[];

it('exports nothing and writes nothing while no image has an estimate', async () => {
  await expect(server.request('tem-gauge/export', { uris: [], kind: 'images', to: to('a.csv') })).rejects.toThrow(
    'There is no image to export',
  );
  await expect(
    server.request('tem-gauge/export', { uris: [fileUri(folder)], kind: 'images', to: to('a.csv') }),
  ).rejects.toThrow('None of these images has an estimate yet');
  expect(fs.readdirSync(out)).toEqual([]);
});

it('estimates an image that is named, and writes its tables', async () => {
  const answer = await server.request('tem-gauge/export', {
    uris: [fileUri(folder, first)],
    kind: 'cavities',
    to: to('c.csv'),
  });
  const estimate = await server.request('tem-gauge/estimate', { uri: fileUri(folder, first) });
  expect(answer).toEqual({ images: 1, missing: 0, rows: estimate.detections.length, files: 1, text: null });
  expect(rows('c.csv')).toHaveLength(estimate.detections.length);
  rows('c.csv').forEach((r, i) => expect(Number(r.score)).toBeCloseTo(estimate.detections[i]!.score, 4));
  expect(rows('c.csv').every((r) => r.file === first)).toBe(true);
});

it('exports the estimated images of a folder and counts the missing ones', async () => {
  const uris = [fileUri(folder)];
  expect(await server.request('tem-gauge/export', { uris, kind: 'images', to: to('i.csv') })).toMatchObject({
    images: 1,
    missing: 1,
  });
  await server.request('tem-gauge/audit', { uris });
  expect(await server.request('tem-gauge/export', { uris, kind: 'images', to: to('i.csv') })).toMatchObject({
    images: 2,
    missing: 0,
  });
  expect(rows('i.csv').map((r) => r.file)).toEqual([first, second].sort());
});

it('answers a table as text for the clipboard, with the typed thickness', async () => {
  const { text, files } = await server.request('tem-gauge/export', { uris: [], kind: 'images', thicknessNm: 80 });
  expect(files).toBe(0);
  const [header, ...lines] = text!.trimEnd().split('\r\n').map((l) => l.split('\t')); // prettier-ignore
  expect(lines).toHaveLength(2);
  expect(lines.map((l) => l[header!.indexOf('thicknessNm')])).toEqual(['80', '80']);
});

it('writes COCO results whose boxes are those of the estimate, lists by level, and overlays of the image’s size', async () => {
  const estimate = await server.request('tem-gauge/estimate', { uri: fileUri(folder, first) });
  await server.request('tem-gauge/export', { uris: [fileUri(folder, first)], kind: 'coco', to: to('coco') });
  const results = JSON.parse(fs.readFileSync(path.join(out, 'coco', 'coco-results.json'), 'utf8')) as CocoResult[];
  expect(results).toHaveLength(estimate.detections.length);
  // Corners of the answer are rounded to hundredths one by one.
  results.forEach(({ bbox }, i) => {
    const [x0, , x1] = estimate.detections[i]!.box;
    expect(Math.abs(bbox[0] - x0)).toBeLessThan(0.011);
    expect(Math.abs(bbox[2] - (x1 - x0))).toBeLessThan(0.021);
  });
  await server.request('tem-gauge/export', { uris: [], kind: 'lists', to: to('lists') });
  const listed = fs.readdirSync(path.join(out, 'lists')).flatMap((n) => fs.readFileSync(path.join(out, 'lists', n), 'utf8').split('\n').filter(Boolean)); // prettier-ignore
  expect(listed.sort()).toEqual([first, second].sort());
  await server.request('tem-gauge/export', { uris: [fileUri(folder, first)], kind: 'png', to: to('one.png') });
  const { width, height, channels } = await sharp(path.join(out, 'one.png')).metadata();
  expect([width, height]).toEqual([estimate.image!.width, estimate.image!.height]);
  expect(channels).toBeGreaterThanOrEqual(3);
  expect(await server.request('tem-gauge/export', { uris: [], kind: 'svg', to: to('all') })).toMatchObject({
    files: 2,
  });
  expect(fs.readdirSync(path.join(out, 'all', 'overlays')).sort()).toEqual(
    [first, second].map((n) => `${n}.overlay.svg`).sort(),
  );
});

it('never replaces an image by its own overlay, and refuses to return files as text', async () => {
  const uris = [fileUri(folder, first)];
  const before = fs.readFileSync(path.join(folder, first));
  await expect(server.request('tem-gauge/export', { uris, kind: 'png', to: uris[0]! })).rejects.toThrow(
    'is the image itself',
  );
  expect(fs.readFileSync(path.join(folder, first)).equals(before)).toBe(true);
  await expect(server.request('tem-gauge/export', { uris, kind: 'coco' })).rejects.toThrow('Only tables');
  await expect(server.request('tem-gauge/export', { uris, kind: 'pdf' as 'png' })).rejects.toThrow(/kind/);
});

it('says in one sentence when a place cannot be written', async () => {
  fs.writeFileSync(path.join(out, 'plain'), '');
  await expect(server.request('tem-gauge/export', { uris: [], kind: 'images', to: to('plain/x.csv') })).rejects.toThrow(
    /cannot be written/,
  );
});

it('names in the report what an audit skipped, also after a restart, and not what is gone', async () => {
  const [kept, gone] = ['notes.xyz', 'gone.xyz'].map((name) => path.join(folder, name));
  for (const file of [kept!, gone!]) fs.writeFileSync(file, 'x');
  await server.request('tem-gauge/audit', { uris: [fileUri(folder)] });
  fs.rmSync(gone!);
  const report = async (from: ServerProcess) => {
    await from.request('tem-gauge/report', { uri: to('report.html') });
    return fs.readFileSync(path.join(out, 'report.html'), 'utf8');
  };
  expect(await report(server)).toContain('notes.xyz');
  expect(await report(server)).not.toContain('gone.xyz');
  await server.stop();
  server = await startServer(storage);
  expect(await server.request('tem-gauge/restore', { uris: [fileUri(folder)] })).toMatchObject({
    restored: 2,
    skipped: { count: 1, files: [kept] },
  });
  expect(await report(server)).toContain('notes.xyz');
});
