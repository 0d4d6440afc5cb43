import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MeasurementCache } from '../../../../server/src/engine/cache/measurementCache';
import { decodeRecord, encodeRecord } from '../../../../server/src/engine/measurement/codec';
import { contentKey } from '../../../../server/src/engine/measurement/record';
import { makeRecord } from '../../../support/records';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-cache-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => path.join(root, String(folders++));
const segmentsOf = (folder: string) =>
  fs
    .readdirSync(folder)
    .filter((n) => n.endsWith('.segment'))
    .map((n) => path.join(folder, n));

describe('encoded records', () => {
  it.each([0, 1, 40])('give back the record with %i candidates', (n) => {
    const record = makeRecord(3, n);
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it('without masks stay without masks', () => {
    const record = makeRecord(4);
    const boxesOnly = { ...record, candidates: { ...record.candidates, masks: undefined } };
    expect(decodeRecord(encodeRecord(boxesOnly))!.candidates.masks).toBeUndefined();
  });

  it('that are cut short or of another version are refused', () => {
    const bytes = encodeRecord(makeRecord(5));
    for (let length = 0; length < bytes.length; length += 7) expect(decodeRecord(bytes.subarray(0, length))).toBeNull();
    expect(decodeRecord(Buffer.from('{"v":1}'))).toBeNull();
  });
});

describe('the measurement cache', () => {
  it('returns stored records, also in another process, by a key of content and detector', async () => {
    const folder = newFolder();
    const [writer, reader] = await Promise.all([
      MeasurementCache.open(folder, 1e7),
      MeasurementCache.open(folder, 1e7),
    ]);
    const record = makeRecord(1);
    expect(contentKey('image-1', 'other')).not.toBe(record.contentKey);
    expect(await writer.get(record.contentKey)).toBeNull();
    await writer.set(record);
    expect(await writer.get(record.contentKey)).toEqual(record);
    expect(await reader.get(record.contentKey)).toEqual(record);
    await writer.close();
    await reader.close();
  });

  it('never accepts an entry with a flipped bit', async () => {
    const folder = newFolder();
    const writer = await MeasurementCache.open(folder, 1e7);
    const record = makeRecord(2);
    await writer.set(record);
    await writer.close();
    const [file] = segmentsOf(folder);
    const bytes = fs.readFileSync(file!);
    for (let bit = 0; bit < bytes.length * 8; bit += 61) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      fs.writeFileSync(file!, damaged);
      const reader = await MeasurementCache.open(folder, 1e7);
      expect(await reader.get(record.contentKey), `bit ${bit}`).toBeNull();
      await reader.close();
    }
  });

  it('deletes the oldest records beyond its size, from whichever writer', async () => {
    const folder = newFolder();
    const size = encodeRecord(makeRecord(0)).length;
    const limit = 10 * size;
    // One record fills a segment, so that the order of eviction is the order of writing.
    const writers = [await MeasurementCache.open(folder, limit, 1), await MeasurementCache.open(folder, limit, 1)];
    const count = 30;
    for (let i = 0; i < count; i++) {
      await writers[i % 2]!.set(makeRecord(i));
      // Modification times order the segments.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const w of writers) await w.close();
    const reader = await MeasurementCache.open(folder, limit);
    const kept: number[] = [];
    for (let i = 0; i < count; i++) if (await reader.get(makeRecord(i).contentKey)) kept.push(i);
    await reader.close();
    expect(kept.length).toBeGreaterThanOrEqual(6);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, k) => count - kept.length + k));
    expect(segmentsOf(folder).reduce((n, f) => n + fs.statSync(f).size, 0)).toBeLessThanOrEqual(limit);
  });

  it('finds the content of a file by path, size and modification time, unless it changed just before', async () => {
    const cache = await MeasurementCache.open(newFolder(), 1e7);
    const stamp = { file: '/data/a.png', size: 10, mtimeMs: 1000 };
    await cache.remember(stamp, 'image-1', 2500);
    expect(await cache.imageKeyOf(stamp)).toBeNull();
    await cache.remember(stamp, 'image-1', 4000);
    expect(await cache.imageKeyOf(stamp)).toBe('image-1');
    for (const other of [{ file: '/data/b.png' }, { size: 11 }, { mtimeMs: 1001 }])
      expect(await cache.imageKeyOf({ ...stamp, ...other })).toBeNull();
    await cache.close();
  });

  it('deletes the JSON entries of version 0.1.0 and nothing else', async () => {
    const folder = newFolder();
    fs.mkdirSync(path.join(folder, 'ab'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'cd'));
    fs.writeFileSync(path.join(folder, 'ab', `${'a'.repeat(64)}.json`), '{}');
    fs.writeFileSync(path.join(folder, 'ab', `${'a'.repeat(64)}.json.12.3.tmp`), '{');
    fs.writeFileSync(path.join(folder, 'cd', 'mine.json'), '{}');
    fs.writeFileSync(path.join(folder, 'mine.txt'), '');
    await (await MeasurementCache.open(folder, 1e6)).close();
    expect(fs.readdirSync(folder, { recursive: true }).sort()).toEqual(['cd', 'cd/mine.json', 'mine.txt']);
  });
});
