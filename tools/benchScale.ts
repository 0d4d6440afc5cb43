// `npm run bench -- scale [IMAGES]`: planning, a cached audit, status and merge over many records in real stores. The records
// are those of a few synthetic micrographs, repeated with other keys. Each part is a separate process,
// so that its peak memory is its own; every part runs with a tenth of the images first.
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { renderMicrograph } from '../server/src/core/synthetic/micrograph';
import { MeasurementCache } from '../server/src/engine/cache/measurementCache';
import { createEngine } from '../server/src/engine/engine';
import { encodeGrayPng } from '../server/src/engine/image/encodePng';
import { beginAttempt } from '../server/src/engine/job/attempts';
import { countLevels } from '../server/src/engine/job/countLevels';
import { encodeEnded, encodeImage, rowOf, type Row } from '../server/src/engine/job/frames';
import { readJob } from '../server/src/engine/job/job';
import { jobStatus } from '../server/src/engine/job/jobStatus';
import { writeMerged } from '../server/src/engine/job/mergedStore';
import { planJob } from '../server/src/engine/job/planJob';
import { decodeRecord, encodeRecord } from '../server/src/engine/measurement/codec';
import { contentKey, type MeasurementRecord } from '../server/src/engine/measurement/record';
import { embeddedModel } from '../server/src/engine/models/modelStore';

const shards = 20;
const parts = ['plan', 'audit', 'status', 'merge'] as const;
type Part = (typeof parts)[number];

const modelPath = (): string => {
  const source = path.join(__dirname, '../../models/cavity-compact');
  return fs.existsSync(source) ? source : embeddedModel();
};
const engineOf = (cacheDir?: string) =>
  createEngine({ modelPath: modelPath(), device: 'cpu', cacheDir, cacheMaxBytes: 1e12 });
const settings = {
  modelPath: null,
  forestPath: null,
  device: 'cpu',
  scoreThreshold: null,
  fallbackNmPerPixel: null,
} as const;

const filesOf = (folder: string) =>
  fs
    .readdirSync(path.join(folder, 'images'))
    .sort()
    .map((n) => path.join(folder, 'images', n));

/** Records and rows of a few real estimates. */
async function samples(folder: string): Promise<{ record: MeasurementRecord; row: Row }[]> {
  const engine = await engineOf();
  const out: { record: MeasurementRecord; row: Row }[] = [];
  for (const [i, domain] of (['underfocus-round', 'dense-overlap', 'fine-bubbles', 'empty-foil'] as const).entries()) {
    const m = renderMicrograph({ domain, seed: 40 + i, width: 512, height: 512 });
    const file = path.join(folder, `${domain}.png`);
    fs.writeFileSync(file, await encodeGrayPng(m.data, 512, 512));
    const e = await engine.estimateImage(file);
    if (e.record) out.push({ record: e.record, row: rowOf(0, '', e) });
  }
  await engine.dispose();
  return out;
}

/** Fills a cache and a job with results, as audits would have written them. */
async function fill(
  folder: string,
  base: readonly { record: MeasurementRecord; row: Row }[],
  images: number,
): Promise<number> {
  fs.mkdirSync(path.join(folder, 'images'), { recursive: true });
  for (let i = 0; i < images; i++)
    fs.writeFileSync(path.join(folder, 'images', `${String(i).padStart(7, '0')}.png`), 'x');
  const old = 1.6e9;
  const cache = await MeasurementCache.open(path.join(folder, 'cache'), 1e12);
  const engine = await engineOf();
  const { detector } = engine.model;
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
    for (let i = first; i < first + count; i++) {
      const { record, row } = base[i % base.length]!;
      const imageKey = `image-${i}`;
      const own = { ...record, imageKey, contentKey: contentKey(imageKey, detector) };
      fs.utimesSync(files[i]!, old, old);
      await cache.set(own);
      await cache.remember({ file: files[i]!, size: 1, mtimeMs: old * 1000 }, imageKey);
      const frame = encodeImage({ ...row, index: i, path: path.basename(files[i]!) }, own);
      bytes += frame.payload.length;
      await writer.append(frame.header, frame.payload);
    }
    const ended = encodeEnded({
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
  await engine.dispose();
  return bytes / images;
}

/** Runs one part and returns its number of results. */
async function measured(part: Part, folder: string): Promise<number> {
  const dir = path.join(folder, 'filled');
  if (part === 'status') return (await jobStatus(dir, await readJob(dir))).done;
  if (part === 'merge') return (await writeMerged(dir, await readJob(dir), () => undefined)).images;
  const engine = await engineOf(path.join(folder, 'cache'));
  let n = 0;
  if (part === 'plan') {
    const target = path.join(folder, 'planned');
    fs.rmSync(target, { recursive: true, force: true });
    n = (await planJob(engine, path.join(folder, 'images'), target, { shards, maxShards: null, engine: settings }))
      .images;
  } else
    for await (const event of engine.auditDataset(filesOf(folder)))
      if (event.kind === 'image' && event.estimate.fromCache) n++;
  await engine.dispose();
  return n;
}

async function child(part: Part, folder: string): Promise<void> {
  const began = performance.now();
  const results = await measured(part, folder);
  process.send!({
    results,
    seconds: (performance.now() - began) / 1000,
    peakMB: process.resourceUsage().maxRSS / 1024,
  });
  process.disconnect();
}

export async function benchScale([first = '100000', folder]: readonly string[]): Promise<void> {
  if (folder) return child(first as Part, folder);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-scale-'));
  try {
    const base = await samples(root);
    const encoded = base.map(({ record }) => encodeRecord(record));
    if (encoded.some((b) => decodeRecord(b) === null)) throw new Error('A record could not be read back.');
    const peaks = new Map<Part, number>();
    for (const images of [Math.round(Number(first) / 10), Number(first)]) {
      const own = path.join(root, String(images));
      console.log(`${images} images, ${((await fill(own, base, images)) / 1000).toFixed(1)} kB per result`);
      for (const part of parts) {
        const r = await new Promise<{ results: number; seconds: number; peakMB: number }>((resolve, reject) => {
          const p = fork(__filename, ['scale', part, own]);
          p.once('message', resolve);
          p.once('exit', (code) => reject(new Error(`A part of the bench ended with ${code}.`)));
        });
        const ratio = peaks.has(part) ? `, ${(r.peakMB / peaks.get(part)!).toFixed(2)} times the smaller set` : '';
        peaks.set(part, r.peakMB);
        console.log(
          `${part.padEnd(7)} ${r.seconds.toFixed(2)} s, ${((1000 * r.seconds) / images).toFixed(3)} ms per image, peak ${r.peakMB.toFixed(0)} MB${ratio}; ${r.results} results`,
        );
      }
      fs.rmSync(own, { recursive: true, force: true });
    }
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
