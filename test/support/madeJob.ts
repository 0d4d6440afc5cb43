import fs from 'node:fs';
import path from 'node:path';
import { beginAttempt } from '../../server/src/engine/job/attempts';
import { countLevels } from '../../server/src/protocol/levels';
import { encodeEnded, encodeImage, type Row } from '../../server/src/engine/job/frames';
import { IndexBuilder } from '../../server/src/engine/job/indexFrame';
import { writeJob, type Job } from '../../server/src/engine/job/job';
import { shardRanges, writeManifest } from '../../server/src/engine/job/manifest';
import { makeRecord } from './records';

/** Results that follow from the number of the image: every level, and images without F1. */
export function rowOf(index: number, name: string): Row {
  const kind = index % 11;
  const f1 = kind < 8 ? ((index * 37) % 100) / 100 : null;
  return {
    index,
    path: name,
    outcome: f1 !== null ? 'estimated' : kind === 8 ? 'no-detections' : kind === 9 ? 'unreadable' : 'no-forest',
    reason: `Reason ${index}.`,
    f1,
    interval: f1 === null ? null : { low: f1 / 2, high: 1, level: 0.9 },
    reliability: f1 === null ? 'unknown' : f1 < 0.5 ? 'unreliable' : f1 < 0.7 ? 'review' : 'reliable',
    detections: index % 5,
    nmPerPixel: null,
    nmPerPixelSource: null,
    timing: { decodeMs: 1, detectMs: 2, totalMs: 3 },
  };
}

export interface MadeJob {
  dir: string;
  job: Job;
  rows: Row[];
  /** Appends results to a new attempt; without `end` it is as one that still runs. */
  write(shard: number, images: readonly number[], end?: boolean, change?: (row: Row) => Row): Promise<void>;
}

/**
 * A job whose tasks wrote results of images that do not exist.
 * @param dir does not exist yet; the images are said to lie in a folder beside it
 */
export async function makeJob(
  dir: string,
  images: number,
  shards: number,
  model: Job['model'] = { detector: 'd', forest: null },
): Promise<MadeJob> {
  const root = path.dirname(dir);
  fs.mkdirSync(path.join(dir, 'segments'), { recursive: true });
  const folders = ['', 'day 10/a', 'day 9', 'Tag ß'];
  const names = Array.from({ length: images }, (_, i) => path.join(folders[i % 4]!, `image-${i}.png`));
  const files = names.map((n) => path.join(root, 'images', n));
  const ranges = shardRanges(await writeManifest(dir, path.join(root, 'images'), files), shards);
  const job: Job = {
    schema: 'tem-gauge/job@1',
    created: '2026-01-01T00:00:00Z',
    root: path.join(root, 'images'),
    images,
    secondsPerImage: null,
    shards: ranges,
    engine: { modelPath: null, forestPath: null, device: 'cpu', scoreThreshold: null, fallbackNmPerPixel: null },
    model,
  };
  await writeJob(dir, job);
  return {
    dir,
    job,
    rows: names.map((name, i) => rowOf(i, name)),
    async write(shard, list, end = true, change = (row) => row) {
      const { writer } = await beginAttempt(dir, shard);
      const index = new IndexBuilder();
      for (const i of list) {
        const { header, payload } = encodeImage(change(rowOf(i, names[i]!)), makeRecord(i, 3));
        index.add(header, payload, await writer.append(header, payload));
      }
      if (end) {
        const indexBytes = await index.append(writer);
        const ended = encodeEnded({
          ending: 'complete',
          reason: '',
          done: list.length,
          byReliability: countLevels([]),
          seconds: 1,
          indexBytes,
        });
        await writer.append(ended.header, ended.payload);
      }
      await writer.close();
    },
  };
}
