import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RowCache, type StoredRow } from '../../../../server/src/engine/cache/rowCache';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-row-cache-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const assessor = { detectorId: 'd', forestId: 'f', thresholds: { low: 0.5, review: 0.7 }, scoreThreshold: undefined };
const stamp = (i: number) => ({ file: `/data/${i}.png`, size: 100 + i, mtimeMs: 1000 });
const row = (i: number) =>
  ({ outcome: 'estimated', reasons: [`Reason ${i}.`], findings: [], f1: i / 100, imageKey: `image-${i}` }) as unknown as StoredRow; // prettier-ignore
const rows = 30;

it('gives a stored row or nothing after 200 damages of its files', async () => {
  const whole = path.join(root, 'whole');
  const cache = RowCache.open(whole, 1e7, assessor);
  for (let i = 0; i < rows; i++) await cache.set(stamp(i), row(i));
  await cache.close();
  const [name] = fs.readdirSync(path.join(whole, 'rows'));
  const bytes = fs.readFileSync(path.join(whole, 'rows', name!));
  const dir = path.join(root, 'damaged');
  fs.mkdirSync(path.join(dir, 'rows'), { recursive: true });
  let state = 9;
  const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
  let lost = 0;
  for (let k = 0; k < 200; k++) {
    const damaged = Buffer.from(bytes);
    const at = random(bytes.length);
    const cut = k % 4 === 0;
    damaged[at]! ^= 1 << random(8);
    fs.writeFileSync(path.join(dir, 'rows', name!), cut ? bytes.subarray(0, at) : damaged);
    const reader = RowCache.open(dir, 1e7, assessor);
    const found = await Promise.all(Array.from({ length: rows }, (_, i) => reader.get(stamp(i))));
    await reader.close();
    for (const [i, r] of found.entries()) if (r !== null) expect(r).toEqual(row(i));
    const missing = found.filter((r) => r === null).length;
    if (cut) expect(found.slice(0, rows - missing).every((r) => r !== null)).toBe(true);
    else expect(missing).toBeLessThanOrEqual(1);
    lost += missing;
  }
  expect(lost).toBeGreaterThan(200);
});

it('has nothing for another forest, threshold, detector or option', async () => {
  const folder = path.join(root, 'others');
  const cache = RowCache.open(folder, 1e7, assessor);
  await cache.set(stamp(1), row(1));
  await cache.close();
  const others = [{ forestId: null }, { forestId: 'g' }, { detectorId: 'e' }, { scoreThreshold: 0.5 }, { thresholds: { low: 0.5, review: 0.8 } }]; // prettier-ignore
  for (const other of others) {
    const reader = RowCache.open(folder, 1e7, { ...assessor, ...other });
    expect(await reader.get(stamp(1)), JSON.stringify(other)).toBeNull();
    await reader.close();
  }
  const same = RowCache.open(folder, 1e7, assessor);
  expect(await same.get(stamp(1))).toEqual(row(1));
  await same.close();
});
