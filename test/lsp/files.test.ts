import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PreviewDto } from '../../server/src/protocol/types';
import { fileUri, imageFolder, samples, startServer, type ServerProcess } from './serverProcess';

vi.setConfig({ testTimeout: 300_000 });

let folder: string;
let storage: string;
let server: ServerProcess;
beforeEach(async () => {
  folder = imageFolder(samples.slice(0, 2));
  storage = imageFolder([]);
  server = await startServer(storage);
});
afterEach(async () => {
  await server.stop();
  for (const dir of [folder, storage]) fs.rmSync(dir, { recursive: true, force: true });
});
const uri = (...names: string[]) => fileUri(folder, ...names);
const [first, second] = samples as [string, string];

/** Problems and rows name the same images. */
const shown = () => ({ rows: [...server.rows.keys()].sort(), problems: [...server.problems.keys()].sort() });

describe('results follow their files', () => {
  it('a deleted folder removes the results of all files below it', async () => {
    fs.mkdirSync(path.join(folder, 'sub', 'deep'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'subordinate'));
    for (const place of ['sub', 'sub/deep', 'subordinate'])
      fs.writeFileSync(path.join(folder, place, 'broken.png'), 'x');
    await server.request('tem-gauge/audit', { uris: [uri('sub'), uri('subordinate')] });
    expect(shown().problems).toHaveLength(3);
    fs.rmSync(path.join(folder, 'sub'), { recursive: true });
    await server.watched(uri('sub'), 3);
    const left = [uri('subordinate', 'broken.png')];
    await expect.poll(shown).toEqual({ rows: left, problems: left });
  });

  it('an overwritten image has a new key in picture and estimate; the old result leaves', async () => {
    await server.request('tem-gauge/audit', { uris: [uri()] });
    const before = server.rows.get(uri(first))!;
    const picture = (await server.request('tem-gauge/preview', { uri: uri(first) })) as PreviewDto;
    expect(picture.imageKey).toBe(before.imageKey);
    // Bytes that the cache does not know.
    fs.writeFileSync(path.join(folder, first), 'no image any more');
    await server.watched(uri(first), 2);
    await expect.poll(() => server.problems.get(uri(first))?.[0]?.code).toBe('unsupported-image');
    // Rows are sent in batches, after the Problems.
    await expect.poll(() => server.rows.get(uri(first))).toMatchObject({ f1: null, imageKey: null });
    fs.copyFileSync(path.join(folder, second), path.join(folder, first));
    await server.watched(uri(first), 2);
    await expect.poll(() => server.rows.get(uri(first))?.imageKey).toBe(server.rows.get(uri(second))!.imageKey);
    const now = (await server.request('tem-gauge/preview', { uri: uri(first) })) as PreviewDto;
    const estimate = await server.request('tem-gauge/estimate', { uri: uri(first) });
    expect(now.imageKey).toBe(estimate.imageKey);
    expect(now.imageKey).not.toBe(picture.imageKey);
    await expect.poll(() => server.problems.has(uri(first))).toBe(server.problems.has(uri(second)));
  });

  it('an image whose new content is not in the cache leaves the list until it is estimated again', async () => {
    await server.request('tem-gauge/estimate', { uri: uri(first) });
    fs.appendFileSync(path.join(folder, first), 'more');
    await server.watched(uri(first), 2);
    await expect.poll(() => server.rows.has(uri(first))).toBe(false);
    await server.request('tem-gauge/estimate', { uri: uri(first) });
    expect(server.rows.has(uri(first))).toBe(true);
  });

  it('an image that was replaced by deleting and creating it is read again', async () => {
    await server.request('tem-gauge/audit', { uris: [uri()] });
    const expected = server.rows.get(uri(second))!.imageKey;
    fs.rmSync(path.join(folder, first));
    fs.copyFileSync(path.join(folder, second), path.join(folder, first));
    await server.watched(uri(first), 3);
    await server.watched(uri(first), 1);
    await expect.poll(() => server.rows.get(uri(first))?.imageKey).toBe(expected);
  });

  it('an image that is overwritten in the middle of an audit has a result of its present content', async () => {
    const picture = fs.readFileSync(path.join(folder, first));
    const names = Array.from({ length: 5 }, (_, i) => `${i}.png`);
    for (const name of names) fs.writeFileSync(path.join(folder, name), Buffer.concat([picture, Buffer.from(name)]));
    const running = server.request('tem-gauge/audit', { uris: [uri()] });
    await expect.poll(() => server.rows.size, { interval: 5, timeout: 60_000 }).toBeGreaterThan(0);
    // Some of them have a result already, some have been read, some not.
    for (const name of names) {
      fs.writeFileSync(path.join(folder, name), 'no image any more');
      await server.watched(uri(name), 2);
    }
    await running;
    for (const name of names)
      await expect.poll(() => server.rows.get(uri(name))).toMatchObject({ f1: null, imageKey: null });
    for (const name of names) expect(server.problems.get(uri(name))?.[0]?.code).toBe('unsupported-image');
    expect(server.rows.get(uri(first))?.f1).not.toBeNull();
  });

  it('a touched image keeps its result', async () => {
    await server.request('tem-gauge/estimate', { uri: uri(first) });
    const now = new Date();
    fs.utimesSync(path.join(folder, first), now, now);
    await server.watched(uri(first), 2);
    expect(await server.request('tem-gauge/refresh', {})).toEqual({ results: 1 });
    expect(server.rows.has(uri(first))).toBe(true);
  });

  it('changes that no watcher reported are found by refresh and before a report', async () => {
    await server.request('tem-gauge/audit', { uris: [uri()] });
    fs.rmSync(path.join(folder, first));
    expect(await server.request('tem-gauge/refresh', {})).toEqual({ results: 1 });
    await expect.poll(() => shown().rows).toEqual([uri(second)]);
    fs.rmSync(path.join(folder, second));
    await expect(server.request('tem-gauge/report', { uri: uri('r.html') })).rejects.toThrow(
      'No image has been estimated',
    );
  });

  it('a missing file is answered and not listed', async () => {
    const answer = await server.request('tem-gauge/estimate', { uri: uri('absent.png') });
    expect(answer).toMatchObject({ outcome: 'unreadable', reason: 'The file does not exist.' });
    expect(shown()).toEqual({ rows: [], problems: [] });
  });
});

describe('restore', () => {
  it('brings the audit back in a new process, from the cache alone', async () => {
    fs.writeFileSync(path.join(folder, 'broken.png'), 'x');
    await server.request('tem-gauge/audit', { uris: [uri()] });
    const before = shown();
    fs.copyFileSync('media/samples/images/' + fs.readdirSync('media/samples/images')[5]!, path.join(folder, 'new.png'));
    await server.stop();
    server = await startServer(storage);
    expect(await server.request('tem-gauge/restore', { uris: [uri()] })).toEqual({
      restored: 3,
      total: 4,
      skipped: { count: 0, files: [] },
    });
    expect(shown()).toEqual(before);
    expect(await server.request('tem-gauge/report', { uri: uri('r.html') })).toMatchObject({ images: 3 });
  });
});
