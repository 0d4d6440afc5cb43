// `npm run bench -- scale [IMAGES] [SMALLER]`: planning, a cached audit, status and merge over many records in real stores. The records
// are those of a few synthetic micrographs, repeated with other keys. Each part is a separate process,
// so that its peak memory is its own; every part runs with the smaller number (a tenth) first.
import { fork, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { URI } from 'vscode-uri';
import { renderMicrograph } from '../server/src/core/synthetic/micrograph';
import { storedRow } from '../server/src/engine/audit/rowSource';
import { fixedEngine, runAudit } from '../server/src/engine/audit/runAudit';
import { MeasurementCache } from '../server/src/engine/cache/measurementCache';
import { RowCache } from '../server/src/engine/cache/rowCache';
import { createEngine, defaultThresholds } from '../server/src/engine/engine';
import type { Estimate } from '../server/src/engine/engine.types';
import { encodeGrayPng } from '../server/src/engine/image/encodePng';
import { beginAttempt } from '../server/src/engine/job/attempts';
import { countLevels } from '../server/src/protocol/levels';
import { encodeEnded, encodeImage, rowOf, type Row } from '../server/src/engine/job/frames';
import { IndexBuilder } from '../server/src/engine/job/indexFrame';
import { readJob, type Job } from '../server/src/engine/job/job';
import { jobStatus } from '../server/src/engine/job/jobStatus';
import { writeMerged } from '../server/src/engine/job/mergedStore';
import { planJob } from '../server/src/engine/job/planJob';
import { JobView } from '../server/src/engine/job/view/jobView';
import { viewReport } from '../server/src/engine/job/view/viewReport';
import { decodeRecord, encodeRecord } from '../server/src/engine/measurement/codec';
import { contentKey, type MeasurementRecord } from '../server/src/engine/measurement/record';
import { embeddedModel } from '../server/src/engine/models/modelStore';

const shards = 20;
const parts = ['plan', 'reassess', 'audit', 'status', 'merge', 'open', 'report', 'server'] as const;
export type Part = (typeof parts)[number];

const modelPath = (): string => {
  const source = path.join(__dirname, '../../models/cavity-compact');
  return fs.existsSync(source) ? source : embeddedModel();
};
export const engineOf = (cacheDir?: string) =>
  createEngine({ modelPath: modelPath(), device: 'cpu', cacheDir, cacheMaxBytes: 1e12 });
export const settings = {
  modelPath: modelPath(),
  forestPath: null,
  device: 'cpu',
  scoreThreshold: null,
  fallbackNmPerPixel: null,
} satisfies Job['engine'];

const filesOf = (folder: string) =>
  fs
    .readdirSync(path.join(folder, 'images'))
    .sort()
    .map((n) => path.join(folder, 'images', n));

export interface Sample {
  readonly record: MeasurementRecord;
  readonly row: Row;
  readonly estimate: Estimate;
}

/** Records and rows of a few real estimates. */
export async function samples(folder: string): Promise<Sample[]> {
  const engine = await engineOf();
  const out: Sample[] = [];
  for (const [i, domain] of (['underfocus-round', 'dense-overlap', 'fine-bubbles', 'empty-foil'] as const).entries()) {
    const m = renderMicrograph({ domain, seed: 40 + i, width: 512, height: 512 });
    const file = path.join(folder, `${domain}.png`);
    fs.writeFileSync(file, await encodeGrayPng(m.data, 512, 512));
    const e = await engine.estimateImage(file);
    if (e.record) out.push({ record: e.record, row: rowOf(0, '', e), estimate: e });
  }
  await engine.dispose();
  return out;
}

/**
 * Fills a cache and a job with results, as audits would have written them.
 * @param small store the measurements too, and no rows: an audit then assesses them again
 */
async function fill(folder: string, base: readonly Sample[], images: number, small: boolean): Promise<number> {
  fs.mkdirSync(path.join(folder, 'images'), { recursive: true });
  for (let i = 0; i < images; i++)
    fs.writeFileSync(path.join(folder, 'images', `${String(i).padStart(7, '0')}.png`), 'x');
  const old = 1.6e9;
  const cache = await MeasurementCache.open(path.join(folder, 'cache'), 1e12);
  const engine = await engineOf();
  const { detector } = engine.model;
  const rows = RowCache.open(path.join(folder, 'cache'), 1e12, {
    detectorId: detector,
    forestId: base[0]!.estimate.model.forest,
    thresholds: defaultThresholds,
    scoreThreshold: undefined,
  });
  const job = path.join(folder, 'filled');
  const planned = await planJob(engine, path.join(folder, 'images'), job, {
    shards,
    maxShards: null,
    engine: settings,
  });
  const files = filesOf(folder);
  let bytes = 0;
  for (const [shard, { first, count }] of planned.shards.entries()) {
    const { writer } = await beginAttempt(job, shard);
    const index = new IndexBuilder();
    for (let i = first; i < first + count; i++) {
      const { record, row } = base[i % base.length]!;
      const imageKey = `image-${i}`;
      const own = { ...record, imageKey, contentKey: contentKey(imageKey, detector) };
      if (i % 100_000 === 0) console.log(`        ${i} of ${images} written`);
      fs.utimesSync(files[i]!, old, old);
      const stamp = { file: files[i]!, size: 1, mtimeMs: old * 1000 };
      if (small) {
        await cache.set(own);
        await cache.remember(stamp, imageKey);
      } else await rows.set(stamp, storedRow(base[i % base.length]!.estimate)!);
      const frame = encodeImage({ ...row, index: i, path: path.basename(files[i]!) }, own);
      bytes += frame.payload.length;
      index.add(frame.header, frame.payload, await writer.append(frame.header, frame.payload));
    }
    const ended = encodeEnded({
      indexBytes: await index.append(writer),
      ending: 'complete',
      reason: '',
      done: count,
      byReliability: countLevels([]),
      seconds: 1,
    });
    await writer.append(ended.header, ended.payload);
    await writer.close();
  }
  await cache.close();
  await rows.close();
  await engine.dispose();
  return bytes / images;
}

/** Runs one part and returns its number of results. */
async function measured(part: Part, folder: string): Promise<number> {
  const dir = path.join(folder, 'filled');
  if (part === 'status') return (await jobStatus(dir, await readJob(dir))).done;
  if (part === 'merge') return (await writeMerged(dir, await readJob(dir), () => undefined)).images;
  if (part === 'server') return serve(folder);
  if (part === 'open') {
    const view = await JobView.open(dir);
    const [worst] = await view.groups({ groupBy: 'level', text: '', levels: [] });
    await view.page({ groupBy: 'level', group: worst!.key, text: '', levels: [] }, 0, 200);
    await view.page({ groupBy: 'none', group: '', text: '9.png', levels: [] }, 0, 200);
    return view.counts().done;
  }
  if (part === 'report') {
    const view = await JobView.open(dir);
    fs.writeFileSync(path.join(folder, 'report.html'), (await viewReport(view, path.join(folder, 'report.html'))).page);
    return view.counts().done;
  }
  const engine = await engineOf(path.join(folder, 'cache'));
  let n = 0;
  if (part === 'plan') {
    const target = path.join(folder, 'planned');
    fs.rmSync(target, { recursive: true, force: true });
    n = (await planJob(engine, path.join(folder, 'images'), target, { shards, maxShards: null, engine: settings }))
      .images;
  } else
    // The first audit finds only records and stores rows; the second finds rows.
    n = (await runAudit(fixedEngine(engine), { inputs: [path.join(folder, 'images')] })).summary.fromCache;
  await engine.dispose();
  return n;
}

/** Requests of an editor to the language server: open, groups, pages of the worst, a filter, a report. */
async function serve(folder: string): Promise<number> {
  const child = spawn(process.execPath, [path.join(__dirname, '../server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const uri = (...names: string[]) => URI.file(path.join(folder, ...names)).toString();
  const timed = async <T>(name: string, method: string, params: object): Promise<T> => {
    const began = performance.now();
    const result = (await connection.sendRequest(method, params)) as T;
    console.log(`        ${name} ${(performance.now() - began).toFixed(0)} ms`);
    return result;
  };
  const storagePath = path.join(folder, 'storage');
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: { storagePath } }); // prettier-ignore
  await connection.sendNotification('initialized', {});
  const { done } = await timed<{ done: number }>('open', 'tem-gauge/openResults', { uri: uri('filled') });
  const query = { text: '', levels: [], start: 0, count: 200 };
  await timed('levels', 'tem-gauge/resultGroups', { ...query, groupBy: 'level' });
  await timed('folders', 'tem-gauge/resultGroups', { ...query, groupBy: 'folder' });
  await timed('worst 200', 'tem-gauge/resultPage', { ...query, groupBy: 'none', group: '' });
  await timed('next 200', 'tem-gauge/resultPage', { ...query, groupBy: 'none', group: '', start: Math.min(200, done) });
  await timed('last 200', 'tem-gauge/resultPage', {
    ...query,
    groupBy: 'none',
    group: '',
    start: Math.max(0, done - 200),
  });
  await timed('filter', 'tem-gauge/resultPage', { ...query, text: '77.png', groupBy: 'none', group: '' });
  await timed('look again', 'tem-gauge/refreshResults', {});
  await timed('report', 'tem-gauge/resultReport', { uri: uri('server.html') });
  console.log(`        report ${(fs.statSync(path.join(folder, 'server.html')).size / 1e6).toFixed(1)} MB`);
  serverPeakMB = peakOf(child.pid!);
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  return done;
}

/** Of the server, where a part ran in one. */
let serverPeakMB: number | null = null;

/** Peak resident memory of another process in MB (Linux). */
function peakOf(pid: number): number | null {
  const file = `/proc/${pid}/status`;
  const match = fs.existsSync(file) ? /^VmHWM:\s*(\d+) kB/m.exec(fs.readFileSync(file, 'utf8')) : null;
  return match ? Number(match[1]) / 1024 : null;
}

async function child(part: Part, folder: string): Promise<void> {
  const began = performance.now();
  const results = await measured(part, folder);
  process.send!({
    results,
    seconds: (performance.now() - began) / 1000,
    peakMB: serverPeakMB ?? process.resourceUsage().maxRSS / 1024,
  });
  process.disconnect();
}

/** Peak memory of each part on the smaller set. */
const peaks = new Map<Part, number>();

/** Runs a part in a separate process and prints time and peak memory, beside those of the smaller set. */
export async function runPart(part: Part, folder: string, images: number): Promise<void> {
  const r = await new Promise<{ results: number; seconds: number; peakMB: number }>((resolve, reject) => {
    const p = fork(__filename, ['scale', part, folder]);
    p.once('message', resolve);
    p.once('exit', (code) => reject(new Error(`A part of the bench ended with ${code}.`)));
  });
  const ratio = peaks.has(part) ? `, ${(r.peakMB / peaks.get(part)!).toFixed(2)} times the smaller set` : '';
  if (!peaks.has(part)) peaks.set(part, r.peakMB);
  console.log(
    `${part.padEnd(7)} ${r.seconds.toFixed(2)} s, ${((1000 * r.seconds) / images).toFixed(3)} ms per image, peak ${r.peakMB.toFixed(0)} MB${ratio}; ${r.results} results`,
  );
}

export async function benchScale([first = '100000', second]: readonly string[]): Promise<void> {
  if (second !== undefined && parts.includes(first as Part)) return child(first as Part, second);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-scale-'));
  try {
    const base = await samples(root);
    const encoded = base.map(({ record }) => encodeRecord(record));
    if (encoded.some((b) => decodeRecord(b) === null)) throw new Error('A record could not be read back.');
    const sizes = [second === undefined ? Math.round(Number(first) / 10) : Number(second), Number(first)];
    for (const images of sizes) {
      const small = images === sizes[0];
      const own = path.join(root, String(images));
      console.log(`${images} images, ${((await fill(own, base, images, small)) / 1000).toFixed(1)} kB per result`);
      for (const part of parts) {
        // It would take about four minutes for 100,000 images; a tenth of them suffices for the time per image.
        if (part === 'reassess' && !small) continue;
        await runPart(part, own, images);
      }
      fs.rmSync(own, { recursive: true, force: true });
    }
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
