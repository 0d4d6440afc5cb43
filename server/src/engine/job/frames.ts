import { z } from 'zod';
import type { Estimate } from '../engine.types';
import { outcomes, reliabilities, type Outcome, type Reliability } from '../../protocol/vocabulary';
import { decodeRecord, encodeRecord } from '../measurement/codec';
import type { MeasurementRecord } from '../measurement/record';
import type { FrameHeader } from '../store/frame';

/** Kinds of frames in the segments of a job. */
export const frameKinds = { begun: 10, image: 11, ended: 12, index: 13 } as const;

const interval = z.object({ low: z.number(), high: z.number(), level: z.number() });
const rowSchema = z.object({
  index: z.int().min(0),
  path: z.string(),
  outcome: z.enum(outcomes),
  reason: z.string(),
  f1: z.number().nullable(),
  interval: interval.nullable(),
  reliability: z.enum(reliabilities),
  detections: z.int().min(0),
  nmPerPixel: z.number().nullable(),
  nmPerPixelSource: z.string().nullable(),
  timing: z.object({ decodeMs: z.number(), detectMs: z.number(), totalMs: z.number() }),
});

/** The result of one image as a list shows it. */
export type Row = z.infer<typeof rowSchema>;

/** Facts of an image in its header. */
export interface RowSummary {
  readonly index: number;
  readonly reliability: Reliability;
  readonly outcome: Outcome;
  /** The engine failed; the image is done again in the next attempt. */
  readonly failed: boolean;
  /** In steps of 1/10000; null without an estimate. */
  readonly f1: number | null;
}

const noF1 = 65535;

/** The row of an estimate, as segments store it. @param index position of the image in the manifest, from 0 */
export function rowOf(index: number, path: string, e: Estimate): Row {
  return {
    index,
    path,
    outcome: e.outcome,
    reason: e.reason,
    f1: e.f1,
    interval: e.interval,
    reliability: e.reliability,
    detections: e.instances?.scores.length ?? 0,
    nmPerPixel: e.image?.nmPerPixel ?? null,
    nmPerPixelSource: e.image?.nmPerPixelSource ?? null,
    timing: e.timing,
  };
}

/** A row with its record, where the image could be measured, as one frame: both are written or neither. */
export function encodeImage(row: Row, record: MeasurementRecord | null): { header: FrameHeader; payload: Buffer } {
  const json = Buffer.from(JSON.stringify(row));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const tag = reliabilities.indexOf(row.reliability) + (outcomes.indexOf(row.outcome) << 2);
  return {
    header: {
      kind: frameKinds.image,
      tag,
      number: row.f1 === null ? noF1 : Math.round(row.f1 * 1e4),
      key: row.index.toString(16).padStart(16, '0') + (record?.contentKey.slice(0, 16) ?? '0'.repeat(16)),
    },
    payload: Buffer.concat([length, json, ...(record ? [encodeRecord(record)] : [])]),
  };
}

/** The row alone, without unpacking its record; null where the payload is not one of this version. */
export function decodeRow(payload: Buffer): Row | null {
  try {
    return rowSchema.parse(JSON.parse(payload.toString('utf8', 4, 4 + payload.readUInt32LE(0))));
  } catch {
    return null;
  }
}

/**
 * The row and the measurement record of an image; the record is null where the image could not be measured.
 * @returns null where the payload is not a row of this version
 */
export function decodeImageFrame(payload: Buffer): { row: Row; record: MeasurementRecord | null } | null {
  try {
    const end = 4 + payload.readUInt32LE(0);
    const row = rowSchema.parse(JSON.parse(payload.toString('utf8', 4, end)));
    if (end === payload.length) return { row, record: null };
    const record = decodeRecord(payload.subarray(end));
    return record && { row, record };
  } catch {
    return null;
  }
}

/** What the header of a frame contains of its row, without its payload. */
export const summaryOf = ({ tag, number, key }: FrameHeader): RowSummary => ({
  index: Number.parseInt(key.slice(0, 16), 16),
  ...tagOf(tag),
  f1: f1Of(number),
});

/** The level in the tag of an image's header. */
export function tagOf(tag: number): Pick<RowSummary, 'reliability' | 'outcome' | 'failed'> {
  const outcome = outcomes[(tag >> 2) & 7] ?? 'failed';
  return { reliability: reliabilities[tag & 3]!, outcome, failed: outcome === 'failed' };
}

/** F1 from the number of an image's header; null without an estimate. */
export const f1Of = (number: number): number | null => (number === noF1 ? null : number / 1e4);

const begunSchema = z.object({
  attempt: z.int(),
  host: z.string(),
  pid: z.int(),
  started: z.string(),
  /** Slurm's array job and task; null outside Slurm. */
  slurm: z.object({ job: z.string(), task: z.string() }).nullable(),
  detector: z.string(),
});
export type Begun = z.infer<typeof begunSchema>;

const endings = ['complete', 'stopped', 'failed'] as const;
const counts = z.record(z.string(), z.int());
const endedSchema = z.object({
  ending: z.enum(endings),
  reason: z.string(),
  /** Of the whole shard, over all attempts. */
  done: z.int(),
  byReliability: counts,
  seconds: z.number(),
  /** Bytes of the index frame before this one; absent where there is none. */
  indexBytes: z.int().optional(),
});
export type Ended = z.infer<typeof endedSchema>;

/** Fixed, so that a reader finds the last frame of a segment from its end. */
export const endedBytes = 512;
const noKey = '0'.repeat(32);

export const encodeBegun = (b: Begun) => ({
  header: { kind: frameKinds.begun, tag: 0, number: 0, key: noKey },
  payload: Buffer.from(JSON.stringify(b)),
});

export const encodeEnded = (e: Ended) => ({
  header: { kind: frameKinds.ended, tag: endings.indexOf(e.ending), number: 0, key: noKey },
  payload: Buffer.from(JSON.stringify({ ...e, reason: e.reason.slice(0, 200) }).padEnd(endedBytes)).subarray(
    0,
    endedBytes,
  ),
});

const parse = <T>(schema: z.ZodType<T>, payload: Buffer): T | null => {
  try {
    return schema.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    return null;
  }
};
/** Null where the payload is damaged or of another version. */
export const decodeBegun = (payload: Buffer): Begun | null => parse(begunSchema, payload);
/** Null where the payload is damaged or of another version. */
export const decodeEnded = (payload: Buffer): Ended | null => parse(endedSchema, payload);
