import fs from 'node:fs/promises';
import { readPayload } from '../store/segmentReader';
import type { MeasurementRecord } from '../measurement/record';
import { listAttempts, readAttempts } from './attempts';
import { decodeImage, type Row } from './frames';
import type { Job } from './job';
import { readShard, type ManifestEntry } from './manifest';

export type MergedImage =
  | {
      readonly kind: 'result';
      readonly entry: ManifestEntry;
      readonly row: Row;
      readonly record: MeasurementRecord | null;
      readonly payload: Buffer;
    }
  /** Without a result, or with one that is damaged. */
  | { readonly kind: 'missing'; readonly entry: ManifestEntry; readonly reason: string };

/** All images of a job in the order of its manifest, each once. Memory is bounded by one shard's headers. */
export async function* mergeJob(dir: string, job: Job): AsyncGenerator<MergedImage, void, void> {
  const attempts = await listAttempts(dir);
  for (let shard = 0; shard < job.shards.length; shard++) {
    const { images } = await readAttempts(attempts.get(shard) ?? []);
    const handles = new Map<string, fs.FileHandle>();
    try {
      for await (const entry of readShard(dir, job, shard)) {
        const place = images.get(entry.index);
        if (!place || place.failed) {
          yield { kind: 'missing', entry, reason: place ? 'the engine failed on it' : 'it was not estimated yet' };
          continue;
        }
        let handle = handles.get(place.file);
        if (!handle) handles.set(place.file, (handle = await fs.open(place.file, 'r')));
        const payload = await readPayload(handle, place);
        const image = payload && decodeImage(payload);
        if (image) yield { kind: 'result', entry, ...image, payload };
        else yield { kind: 'missing', entry, reason: 'its result is damaged' };
      }
    } finally {
      for (const handle of handles.values()) await handle.close();
    }
  }
}
