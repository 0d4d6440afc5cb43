import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { headerBytes, intact, parseHeader } from './frame';
import { OpenFiles } from './openFiles';
import { PlaceIndex } from './placeIndex';
import { BlockReader, readAt, scanSegment } from './segmentReader';
import { SegmentWriter } from './segmentWriter';

/** Milliseconds between two reads of what other processes have appended. */
const rescanMs = 1000;
const leastSegmentBytes = 32e6;
/** Of a large folder, so that it has some hundred files. */
const segmentFraction = 1 / 256;
/** Kinds of frames are below it. */
const kinds = 16;
const extension = '.segment';

interface OpenSegment {
  readonly file: string;
  readonly reader: BlockReader;
  /** Offset at which the next scan begins. */
  scanned: number;
  /** Payloads that were read or appended here since counting began, by kind. */
  readonly used: Uint32Array;
}

export interface SegmentFolderOptions {
  /** The segments that were written to least recently are deleted beyond it. */
  readonly maxBytes: number;
  /** Size at which a new segment is begun. */
  readonly segmentBytes?: number | undefined;
  /** Bytes per read where neighbouring payloads are read one after another; 0 for one payload per read. */
  readonly readAhead?: number;
}

/**
 * A folder of segments as a bounded store of payloads by kind and key. Every process appends to separate segments and
 * reads those of all; the folder stays below `maxBytes`, and one segment for each further writer, by deleting the segments
 * that were written to least recently.
 */
export class SegmentFolder {
  private readonly index = new PlaceIndex();
  /** By number; null for one that is gone. */
  private readonly segments: (OpenSegment | null)[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly files = new OpenFiles();
  /** Used payloads that were deleted since counting began, by kind. */
  private readonly lost = new Uint32Array(kinds);
  private readonly maxBytes: number;
  private readonly segmentBytes: number;
  private readonly readAhead: number;
  private writer: SegmentWriter | null = null;
  private scannedAt = -Infinity;
  private scanning: Promise<void> | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    {
      maxBytes,
      segmentBytes = Math.max(leastSegmentBytes, segmentFraction * maxBytes),
      readAhead = 0,
    }: SegmentFolderOptions,
  ) {
    this.maxBytes = maxBytes;
    this.readAhead = readAhead;
    // At least four segments, so that evicting the oldest keeps most.
    this.segmentBytes = Math.min(segmentBytes, maxBytes / 4);
  }

  /** The payload, or null where there is none or it is damaged. */
  async read(kind: number, key: string): Promise<Buffer | null> {
    let place = this.index.get(kind, key);
    if (!place) {
      await this.scan();
      place = this.index.get(kind, key);
    }
    const segment = place && this.segments[place.segment];
    if (!segment) return null;
    const frame = await segment.reader.read(place!.offset, headerBytes + place!.length).catch(() => null);
    if (!frame || frame.length < headerBytes + place!.length) return null;
    const header = parseHeader(frame, 0);
    if (header?.kind !== kind || header.key !== key || header.length !== place!.length) return null;
    const payload = frame.subarray(headerBytes);
    if (!intact(header, payload)) return null;
    segment.used[kind]!++;
    return payload;
  }

  /** Begins to count the payloads that are read or appended and then deleted for lack of room. */
  countEvicted(): void {
    this.lost.fill(0);
    for (const segment of this.segments) segment?.used.fill(0);
  }

  /** Payloads of a kind that this process has used since counting began, and that are no longer there. */
  evicted(kind: number): number {
    return this.lost[kind]!;
  }

  /** @throws the error of the file system, with nothing appended */
  append(kind: number, key: string, payload: Uint8Array): Promise<void> {
    const result = this.last.then(async () => {
      const bytes = headerBytes + payload.length;
      if (!this.writer || this.writer.size + bytes > this.segmentBytes) await this.begin(bytes);
      const offset = await this.writer!.append({ kind, tag: 0, number: 0, key }, payload);
      await this.found(path.basename(this.writer!.file), { kind, key, offset, length: payload.length });
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.last;
    await this.scanning;
    await this.writer?.close();
    this.writer = null;
    await this.files.close();
    this.segments.length = 0;
    this.numbers.clear();
    this.index.clear();
    this.scannedAt = -Infinity;
  }

  /** Ends the present segment and begins another; the folder is brought below its size before. */
  private async begin(bytes: number): Promise<void> {
    await this.writer?.close();
    this.writer = null;
    await this.evict(Math.max(bytes, this.segmentBytes));
    const name = `${Date.now().toString(36)}-${process.pid}-${randomBytes(4).toString('hex')}${extension}`;
    this.writer = await SegmentWriter.create(path.join(this.folder, name));
  }

  /** Reads what was appended since the last scan. */
  private scan(): Promise<void> {
    this.scanning ??= this.scanAll().finally(() => (this.scanning = null));
    return this.scanning;
  }

  private async scanAll(): Promise<void> {
    if (performance.now() - this.scannedAt < rescanMs) return;
    const names = (await this.names()).sort();
    const present = new Set(names);
    for (const [name, number] of this.numbers) if (!present.has(name)) await this.drop(name, number);
    for (const name of names) await this.scanFile(name);
    this.scannedAt = performance.now();
  }

  /** Forgets a segment that was deleted, here or by another process. */
  private async drop(name: string, number: number): Promise<void> {
    const segment = this.segments[number];
    this.numbers.delete(name);
    this.segments[number] = null;
    this.index.drop(number);
    if (!segment) return;
    segment.used.forEach((n, kind) => (this.lost[kind]! += n));
    await this.files.forget(segment.file);
  }

  /** Adds a record of this process to the index, without reading it where nothing else was appended before it. */
  private async found(
    name: string,
    { kind, key, offset, length }: { kind: number; key: string; offset: number; length: number },
  ): Promise<void> {
    const number = await this.open(name);
    const segment = number === null ? null : this.segments[number];
    if (!segment) return;
    segment.used[kind]!++;
    if (segment.scanned !== offset) return this.scanFile(name);
    this.index.set(kind, key, { segment: number!, offset, length });
    segment.scanned = offset + headerBytes + length;
  }

  private async scanFile(name: string): Promise<void> {
    const number = await this.open(name);
    const segment = number === null ? null : this.segments[number];
    if (!segment) return;
    const scan = await this.files.use(segment.file, (handle) =>
      scanSegment(handle, segment.scanned, ({ header, offset }) => {
        const { kind, key, length } = header;
        this.index.set(kind, key, { segment: number!, offset, length });
      }),
    );
    if (scan) segment.scanned = Math.max(segment.scanned, scan.end);
  }

  /** Number of a segment; null where another process has evicted it. */
  private async open(name: string): Promise<number | null> {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const file = path.join(this.folder, name);
    if ((await this.files.use(file, () => Promise.resolve(true))) === null) return null;
    const meanwhile = this.numbers.get(name);
    if (meanwhile !== undefined) return meanwhile;
    const readBytes = async (offset: number, length: number) =>
      (await this.files.use(file, (handle) => readAt(handle, offset, length))) ?? Buffer.alloc(0);
    const reader = new BlockReader(readBytes, this.readAhead);
    const number = this.segments.push({ file, reader, scanned: 0, used: new Uint32Array(kinds) }) - 1;
    this.numbers.set(name, number);
    return number;
  }

  private async names(): Promise<string[]> {
    return (await fs.readdir(this.folder).catch(() => [])).filter((n) => n.endsWith(extension));
  }

  /** Deletes the least recently written segments until another one of this size fits. */
  private async evict(bytes: number): Promise<void> {
    const segments: { name: string; file: string; size: number; time: number }[] = [];
    for (const name of await this.names()) {
      const file = path.join(this.folder, name);
      const stat = await fs.stat(file).catch(() => null);
      if (stat?.isFile()) segments.push({ name, file, size: stat.size, time: stat.mtimeMs });
    }
    let total = bytes + segments.reduce((n, s) => n + s.size, 0);
    for (const { name, file, size } of segments.sort((a, b) => a.time - b.time)) {
      if (total <= this.maxBytes) return;
      await fs.rm(file, { force: true });
      total -= size;
      const number = this.numbers.get(name);
      if (number !== undefined) await this.drop(name, number);
    }
  }
}
