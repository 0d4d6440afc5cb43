import type fs from 'node:fs/promises';
import { openRegularFile } from '../files/readRegularFile';
import type { MeasurementRecord } from '../measurement/record';
import { readPayload } from '../store/segmentReader';
import { listAttempts, readAttempts, type ImagePlace } from './attempts';
import { decodeImageFrame, type Row } from './frames';
import type { Job } from './job';
import { readShard, type ManifestEntry } from './manifest';

/** An image without a result, or with one that is damaged. */
export interface MissingImage {
  readonly kind: 'missing';
  readonly entry: ManifestEntry;
  /** Clause with the cause. */
  readonly reason: string;
}

/** The stored frame of an image, its payload intact. */
export interface StoredImage {
  readonly kind: 'stored';
  readonly entry: ManifestEntry;
  readonly place: ImagePlace;
  readonly payload: Buffer;
}

export interface MergedImage {
  readonly kind: 'result';
  readonly entry: ManifestEntry;
  readonly row: Row;
  /** Null for an image that could not be read. */
  readonly record: MeasurementRecord | null;
}

/** All images of a job in the order of its manifest, each once. Memory is bounded by one shard's headers. */
export async function* mergeFrames(dir: string, job: Job): AsyncGenerator<StoredImage | MissingImage, void, void> {
  const attempts = await listAttempts(dir);
  for (let shard = 0; shard < job.shards.length; shard++) {
    const { images, damage } = await readAttempts(attempts.get(shard) ?? []);
    const absent = damage.length > 0 ? 'its result is damaged or was not written' : 'it was not estimated yet';
    const handles = new Map<string, fs.FileHandle>();
    try {
      for await (const entry of readShard(dir, job, shard)) {
        const place = images.get(entry.index);
        if (!place || place.failed) {
          yield { kind: 'missing', entry, reason: place ? 'the engine failed on it' : absent };
          continue;
        }
        let handle = handles.get(place.file);
        if (!handle) handles.set(place.file, (handle = (await openRegularFile(place.file)).handle));
        const payload = await readPayload(handle, place);
        if (payload) yield { kind: 'stored', entry, place, payload };
        else yield { kind: 'missing', entry, reason: 'its result is damaged' };
      }
    } finally {
      for (const handle of handles.values()) await handle.close();
    }
  }
}

/** The same with rows and records. */
export async function* mergeJob(dir: string, job: Job): AsyncGenerator<MergedImage | MissingImage, void, void> {
  for await (const image of mergeFrames(dir, job)) {
    if (image.kind === 'missing') {
      yield image;
      continue;
    }
    const { entry } = image;
    const decoded = decodeImageFrame(image.payload);
    if (decoded) yield { kind: 'result', entry, ...decoded };
    else yield { kind: 'missing', entry, reason: 'its result is of another version' };
  }
}
