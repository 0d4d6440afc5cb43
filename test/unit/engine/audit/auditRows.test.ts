import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { defaultCacheBytes, rowFraction } from '../../../../server/src/engine/cache/cacheSize';
import { createEngine } from '../../../../server/src/engine/engine';
import {
  isEstimate,
  type AuditOptions,
  type AuditRow,
  type AuditSummary,
  type EngineOptions,
} from '../../../../server/src/engine/engine.types';
import { calibrateFolder } from '../../../../server/src/engine/image/folderCalibration';
import { fakeNetwork } from '../../../support/fakeNetwork';
import { writeSmallImages } from '../../../support/smallImages';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-rows-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** Images with a cache of their own. */
async function setUp(count = 8) {
  const folder = path.join(root, String(folders++));
  const files = await writeSmallImages(path.join(folder, 'images'), count);
  return { folder, files, cacheDir: path.join(folder, 'cache') };
}

interface Audited {
  rows: AuditRow[];
  /** Runs of the network. */
  runs: number;
  summary: AuditSummary;
}

async function audit(files: string[], engineOptions: EngineOptions, options: AuditOptions = {}): Promise<Audited> {
  let runs = 0;
  const engine = await createEngine(
    { modelPath: path.resolve('models/cavity-compact'), ...engineOptions },
    fakeNetwork(() => void runs++),
  );
  const rows: AuditRow[] = [];
  let summary: AuditSummary;
  for await (const event of engine.auditRows(files, options))
    if (event.kind === 'image') rows.push(event.estimate);
    else if (event.kind === 'finished') summary = event.summary;
  await engine.dispose();
  return { rows, runs, summary: summary! };
}

const comparable = (row: AuditRow) => ({
  file: row.file,
  outcome: row.outcome,
  reasons: row.reasons,
  f1: row.f1,
  interval: row.interval,
  precision: row.precision,
  recall: row.recall,
  publishedF1: row.publishedF1,
  reliability: row.reliability,
  image: row.image,
  model: row.model,
  findings: row.findings,
  detectionCount: row.detectionCount,
  imageKey: row.imageKey,
  contentKey: row.contentKey,
});

it('gives unchanged images from their rows, equal to their estimates', async () => {
  const { files, cacheDir } = await setUp();
  const first = await audit(files, { cacheDir });
  expect(first).toMatchObject({ runs: 8, summary: { done: 8, fromCache: 0, reassessed: 0 } });
  expect(first.rows.every(isEstimate)).toBe(true);
  const second = await audit(files, { cacheDir });
  expect(second).toMatchObject({ runs: 0, summary: { done: 8, fromCache: 8, reassessed: 0 } });
  expect(second.rows.some(isEstimate)).toBe(false);
  expect(second.rows.map(comparable)).toEqual(first.rows.map(comparable));
  expect(second.summary).toMatchObject({ byOutcome: first.summary.byOutcome, meanF1: first.summary.meanF1 });
  // Even when the measurements have left the cache.
  for (const name of fs.readdirSync(cacheDir).filter((n) => n.endsWith('.segment')))
    fs.rmSync(path.join(cacheDir, name));
  expect((await audit(files, { cacheDir })).runs).toBe(0);
});

it('assesses measurements again for other thresholds, options or forests, and says so', async () => {
  const { files, cacheDir } = await setUp();
  await audit(files, { cacheDir });
  for (const other of [
    { thresholds: { low: 0.99, review: 0.995 } },
    { scoreThreshold: 0.95 },
    { forestPath: '' },
  ] satisfies EngineOptions[]) {
    const changed = await audit(files, { cacheDir, ...other });
    expect(changed, JSON.stringify(other)).toMatchObject({ runs: 0, summary: { fromCache: 8, reassessed: 8 } });
    const fresh = await audit(files, { cacheDir: path.join(cacheDir, '..', 'other'), ...other });
    expect(changed.rows.map(comparable)).toEqual(fresh.rows.map(comparable));
    const again = await audit(files, { cacheDir, ...other });
    expect(again).toMatchObject({ runs: 0, summary: { fromCache: 8, reassessed: 0 } });
    fs.rmSync(path.join(cacheDir, '..', 'other'), { recursive: true });
  }
  // The rows of the first settings are still there.
  expect((await audit(files, { cacheDir })).summary.reassessed).toBe(0);
});

it('measures what changed, and only that; with --verify it looks at every content', async () => {
  const { files, cacheDir } = await setUp();
  // Bytes behind the end of a PNG are no part of its picture: so all files have one size.
  for (const file of files) {
    fs.appendFileSync(file, Buffer.alloc(20_000 - fs.statSync(file).size));
    fs.utimesSync(file, 1.6e9, 1.6e9);
  }
  await audit(files, { cacheDir });
  fs.copyFileSync(files[5]!, files[2]!);
  fs.utimesSync(files[2]!, 1.61e9, 1.61e9);
  const again = await audit(files, { cacheDir });
  // The content is that of another image, which is known.
  expect(again).toMatchObject({ runs: 0, summary: { fromCache: 8, reassessed: 1 } });
  expect(again.rows[2]!.contentKey).toBe(again.rows[5]!.contentKey);
  // A change that keeps size and time is found by reading the content.
  fs.copyFileSync(files[6]!, files[3]!);
  fs.utimesSync(files[3]!, 1.6e9, 1.6e9);
  const unaware = await audit(files, { cacheDir });
  expect(unaware.rows[3]!.contentKey).toBe(again.rows[3]!.contentKey);
  const verified = await audit(files, { cacheDir }, { verify: true });
  expect(verified).toMatchObject({ runs: 0, summary: { done: 8 } });
  expect(verified.rows[3]!.contentKey).toBe(verified.rows[6]!.contentKey);
  expect((await audit(files, { cacheDir })).rows[3]!.contentKey).toBe(verified.rows[6]!.contentKey);
});

it('asks the file system once for each image, and once for what lies beside those of a folder', async () => {
  const { files, cacheDir } = await setUp(12);
  const asked: string[] = [];
  const spies = (['stat', 'lstat', 'access', 'realpath'] as const).map((name) => {
    const original = fs.promises[name] as (file: string) => Promise<never>;
    return vi.spyOn(fs.promises, name).mockImplementation(((file: string, ...rest: never[]) => {
      asked.push(file);
      return original(file, ...(rest as []));
    }) as never);
  });
  const folder = path.dirname(files[0]!);
  for (const how of ['measured', 'unchanged'] as const) {
    asked.length = 0;
    expect((await audit(files, { cacheDir })).runs).toBe(how === 'measured' ? 12 : 0);
    expect(asked.filter((file) => files.includes(file)).sort()).toEqual(files);
    expect(asked.filter((file) => path.dirname(file) === folder && !files.includes(file)).length).toBeLessThan(4);
  }
  for (const spy of spies) spy.mockRestore();
});

const bytesOf = (dir: string): number =>
  fs
    .readdirSync(dir)
    .filter((n) => n.endsWith('.segment'))
    .reduce((n, name) => n + fs.statSync(path.join(dir, name)).size, 0);

it('finds everything again in a cache that is large enough, and says what a smaller one deleted', async () => {
  const { files, cacheDir } = await setUp(40);
  const needed = await setUp(0);
  await audit(files, { cacheDir: needed.cacheDir });
  // The cache is divided between results and measurements.
  const forRows = bytesOf(path.join(needed.cacheDir, 'rows')) / rowFraction;
  const least = Math.max(forRows, bytesOf(needed.cacheDir) / (1 - rowFraction));
  // A new segment is a quarter of a small cache, and may stay empty.
  const enough = (4 / 3) * least;
  const first = await audit(files, { cacheDir, cacheMaxBytes: enough });
  expect(first.summary).toMatchObject({ fromCache: 0, evicted: 0 });
  const second = await audit(files, { cacheDir, cacheMaxBytes: enough });
  expect(second).toMatchObject({ runs: 0, summary: { fromCache: 40, reassessed: 0, evicted: 0 } });

  const messages: string[] = [];
  const log = (_: string, message: string) => void messages.push(message);
  const small = path.join(cacheDir, 'small');
  const { summary } = await audit(files, { cacheDir: small, cacheMaxBytes: forRows / 2, log });
  expect(summary.evicted).toBeGreaterThan(10);
  expect(summary.evicted).toBeLessThan(40);
  expect(messages).toEqual([
    expect.stringMatching(`too small for these images: results of ${summary.evicted} of them`),
  ]);
  expect((await audit(files, { cacheDir: small, cacheMaxBytes: forRows / 2 })).summary.reassessed).toBeGreaterThan(10);
});

it('has room for a million images of the usual size unless another size is given', () => {
  // Measured on records of real size: 9.8 kB of measurements and 1.2 kB of results, with their headers.
  expect(defaultCacheBytes * (1 - rowFraction)).toBeGreaterThan(1e6 * 9.8e3);
  expect(defaultCacheBytes * rowFraction).toBeGreaterThan(1e6 * 1.2e3);
});

it('takes the pixel size from what lies beside the images now', async () => {
  const { files, cacheDir } = await setUp(3);
  await audit(files, { cacheDir });
  await calibrateFolder(path.dirname(files[0]!), 0.25);
  const { rows, runs } = await audit(files, { cacheDir });
  expect(runs).toBe(0);
  for (const row of rows) {
    expect(row.image).toMatchObject({ nmPerPixel: 0.25, nmPerPixelSource: 'calibration' });
    expect(row.findings.some((f) => f.code === 'missing-scale')).toBe(false);
  }
  const fallback = await audit(files, { cacheDir: path.join(cacheDir, 'none'), fallbackNmPerPixel: 2 });
  expect(fallback.rows[0]!.image!.nmPerPixel).toBe(0.25);
});

it('never uses a damaged row: after any flipped bit the result is computed again and equal', async () => {
  const { files, cacheDir } = await setUp(3);
  const first = await audit(files, { cacheDir });
  const folder = path.join(cacheDir, 'rows');
  const [name] = fs.readdirSync(folder);
  const file = path.join(folder, name!);
  const whole = fs.readFileSync(file);
  let state = 7;
  const random = (n: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % n;
  for (let i = 0; i < 12; i++) {
    const damaged = Buffer.from(whole);
    damaged[random(whole.length)]! ^= 1 << random(8);
    for (const n of fs.readdirSync(folder)) fs.rmSync(path.join(folder, n));
    fs.writeFileSync(file, i % 3 ? damaged : whole.subarray(0, random(whole.length)));
    const { rows, runs } = await audit(files, { cacheDir });
    expect(runs).toBe(0);
    expect(rows.map(comparable)).toEqual(first.rows.map(comparable));
  }
});
