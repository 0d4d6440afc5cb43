import fs from 'node:fs/promises';
import path from 'node:path';
import { openIfRegular } from '../files/readRegularFile';
import { headerBytes, intact, parseHeader, type FrameHeader } from '../store/frame';
import { scanSegment, type Damage } from '../store/segmentReader';
import { SegmentWriter } from '../store/segmentWriter';
import {
  decodeBegun,
  decodeEnded,
  endedBytes,
  frameKinds,
  summaryOf,
  type Begun,
  type Ended,
  type RowSummary,
} from './frames';
import { jobFiles } from './job';

/** One attempt at a shard: a segment with one writer. */
export interface Attempt {
  readonly shard: number;
  /** From 1. */
  readonly number: number;
  readonly file: string;
}

const name = /^shard-(\d{5,})\.a(\d{4,})\.segment$/;

/** All attempts of a job by shard, each in the order of their numbers. */
export async function listAttempts(dir: string): Promise<Map<number, Attempt[]>> {
  const out = new Map<number, Attempt[]>();
  for (const entry of await fs.readdir(jobFiles.segments(dir)).catch(() => [])) {
    const match = name.exec(entry);
    if (!match) continue;
    const shard = Number(match[1]);
    const attempts = out.get(shard) ?? [];
    attempts.push({ shard, number: Number(match[2]), file: path.join(jobFiles.segments(dir), entry) });
    out.set(shard, attempts);
  }
  for (const attempts of out.values()) attempts.sort((a, b) => a.number - b.number);
  return out;
}

/** Begins the next attempt; two that begin at the same moment get different numbers. */
export async function beginAttempt(dir: string, shard: number): Promise<{ attempt: Attempt; writer: SegmentWriter }> {
  const earlier = (await listAttempts(dir)).get(shard) ?? [];
  for (let number = (earlier.at(-1)?.number ?? 0) + 1; ; number++) {
    const file = path.join(
      jobFiles.segments(dir),
      `shard-${String(shard).padStart(5, '0')}.a${String(number).padStart(4, '0')}.segment`,
    );
    try {
      return { attempt: { shard, number, file }, writer: await SegmentWriter.create(file) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Where the frame of an image lies. */
export interface ImagePlace extends RowSummary {
  readonly header: FrameHeader;
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

export interface ShardContent {
  /** By image; a later attempt replaces an earlier one, and a success is never replaced by a failure of the engine. */
  readonly images: Map<number, ImagePlace>;
  readonly begun: Begun | null;
  readonly ended: Ended | null;
  readonly damage: readonly (Damage & { readonly file: string })[];
}

/**
 * Reads the headers of all attempts at a shard. Damaged and torn frames are left out and named.
 * @param verify read every payload too, and leave out images whose payload is damaged
 */
export async function readAttempts(attempts: readonly Attempt[], verify = false): Promise<ShardContent> {
  const images = new Map<number, ImagePlace>();
  const damage: (Damage & { file: string })[] = [];
  let begun: Begun | null = null;
  let ended: Ended | null = null;
  for (const { file } of attempts) {
    const handle = await openIfRegular(file);
    if (!handle) continue;
    begun = ended = null;
    try {
      const scan = await scanSegment(
        handle,
        0,
        async ({ header, offset }, payload) => {
          if (header.kind === frameKinds.begun) begun = decodeBegun((await payload()) ?? Buffer.alloc(0));
          if (header.kind === frameKinds.ended) ended = decodeEnded((await payload()) ?? Buffer.alloc(0));
          if (header.kind !== frameKinds.image) return;
          if (verify && !(await payload())) {
            damage.push({ file, offset, length: headerBytes + header.length });
            return;
          }
          const summary = summaryOf(header);
          const earlier = images.get(summary.index);
          if (earlier && summary.failed && !earlier.failed) return;
          const { kind, tag, number, key, length, checksum } = header;
          images.set(summary.index, { ...summary, header: { kind, tag, number, key }, file, offset, length, checksum });
        },
        { headersOnly: !verify },
      );
      damage.push(...scan.damage.map((d) => ({ ...d, file })));
    } finally {
      await handle.close();
    }
  }
  return { images, begun, ended, damage };
}

/** The last frame of a segment if it ends the attempt; only the end of the file is read. */
export async function readEnding(file: string): Promise<Ended | null> {
  const handle = await openIfRegular(file);
  if (!handle) return null;
  try {
    return await endingOf(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** The same of an open file of `size` bytes. */
export async function endingOf(handle: fs.FileHandle, size: number): Promise<Ended | null> {
  const bytes = Buffer.alloc(headerBytes + endedBytes);
  if (size < bytes.length) return null;
  await handle.read(bytes, 0, bytes.length, size - bytes.length);
  const header = parseHeader(bytes, 0);
  const payload = bytes.subarray(headerBytes);
  return header?.kind === frameKinds.ended && intact(header, payload) ? decodeEnded(payload) : null;
}
