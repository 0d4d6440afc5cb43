// `npm run bench -- million [IMAGES]`: work on a job's results alone (status, the editor's view, the language server,
// report, merge) over a million of them, in 200 shards of real size. The images do not exist: making them takes longer.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beginAttempt } from '../server/src/engine/job/attempts';
import { encodeEnded, encodeImage } from '../server/src/engine/job/frames';
import { IndexBuilder } from '../server/src/engine/job/indexFrame';
import { writeJob } from '../server/src/engine/job/job';
import { shardRanges, writeManifest } from '../server/src/engine/job/manifest';
import { countLevels } from '../server/src/protocol/levels';
import { engineOf, runPart, samples, settings, type Sample } from './benchScale';

const shards = 200;
const perFolder = 10_000;

const nameOf = (i: number): string =>
  `day-${String(Math.floor(i / perFolder)).padStart(3, '0')}/${String(i).padStart(7, '0')}.png`;

/** Writes a complete job, as its tasks would have. Packing records takes most of the time, so each is packed once. */
async function writeResults(folder: string, base: readonly Sample[], images: number): Promise<void> {
  const dir = path.join(folder, 'filled');
  fs.mkdirSync(path.join(dir, 'segments'), { recursive: true });
  const root = path.join(folder, 'images');
  const engine = await engineOf();
  const { detector, forest } = engine.model;
  await engine.dispose();
  const packed = base.map(({ record, row }) => {
    const { payload } = encodeImage(row, record);
    return payload.subarray(4 + payload.readUInt32LE(0));
  });
  function* files() {
    for (let i = 0; i < images; i++) yield path.join(root, nameOf(i));
  }
  const ranges = shardRanges(await writeManifest(dir, root, files()), shards);
  for (const [shard, { first, count }] of ranges.entries()) {
    const { writer } = await beginAttempt(dir, shard);
    const index = new IndexBuilder();
    for (let i = first; i < first + count; i++) {
      const { row } = base[i % base.length]!;
      const f1 = row.f1 === null ? null : ((i * 7919) % 10_000) / 10_000;
      const { header, payload } = encodeImage({ ...row, f1, index: i, path: nameOf(i) }, null);
      const whole = Buffer.concat([payload, packed[i % base.length]!]);
      index.add(header, whole, await writer.append(header, whole));
    }
    const indexBytes = await index.append(writer);
    const byReliability = countLevels([]);
    const ended = encodeEnded({ indexBytes, ending: 'complete', reason: '', done: count, byReliability, seconds: 1 });
    await writer.append(ended.header, ended.payload);
    await writer.close();
  }
  await writeJob(dir, {
    schema: 'tem-gauge/job@1',
    created: '',
    root,
    images,
    secondsPerImage: null,
    shards: ranges,
    engine: settings,
    model: { detector, forest },
  });
}

export async function benchMillion([images = '1000000']: readonly string[]): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-million-'));
  try {
    const base = await samples(root);
    for (const n of [10_000, Number(images)]) {
      const folder = path.join(root, String(n));
      await writeResults(folder, base, n);
      console.log(`${n} results`);
      for (const part of ['status', 'open', 'server', 'report', 'merge'] as const) await runPart(part, folder, n);
      fs.rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
