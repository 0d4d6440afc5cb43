import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
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
  // A change that leaves size and time alone is found by looking.
  fs.copyFileSync(files[6]!, files[3]!);
  fs.utimesSync(files[3]!, 1.6e9, 1.6e9);
  const unaware = await audit(files, { cacheDir });
  expect(unaware.rows[3]!.contentKey).toBe(again.rows[3]!.contentKey);
  const verified = await audit(files, { cacheDir }, { verify: true });
  expect(verified).toMatchObject({ runs: 0, summary: { done: 8 } });
  expect(verified.rows[3]!.contentKey).toBe(verified.rows[6]!.contentKey);
  expect((await audit(files, { cacheDir })).rows[3]!.contentKey).toBe(verified.rows[6]!.contentKey);
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

it('never believes a damaged row: any flipped bit gives the same result by another way', async () => {
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
