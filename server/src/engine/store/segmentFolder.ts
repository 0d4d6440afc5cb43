import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { headerBytes, intact, parseHeader } from './frame';
import { PlaceIndex } from './placeIndex';
import { BlockReader, scanSegment } from './segmentReader';
import { SegmentWriter } from './segmentWriter';

/** Milliseconds between two reads of what other processes have appended. */
const rescanMs = 1000;
const defaultSegmentBytes = 32e6;
const extension = '.segment';

interface OpenSegment {
  readonly name: string;
  readonly handle: fs.FileHandle;
  readonly reader: BlockReader;
  /** Where the next scan begins. */
  scanned: number;
}

export interface SegmentFolderOptions {
  /** The segments that were written to least recently are deleted beyond it. */
  readonly maxBytes: number;
  /** Size at which a new segment is begun. */
  readonly segmentBytes?: number | undefined;
  /** Bytes read at once, where neighbouring payloads are read one after another; 0 for each payload alone. */
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
  private readonly maxBytes: number;
  private readonly segmentBytes: number;
  private readonly readAhead: number;
  private writer: SegmentWriter | null = null;
  private scannedAt = -Infinity;
  private scanning: Promise<void> | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    { maxBytes, segmentBytes = defaultSegmentBytes, readAhead = 0 }: SegmentFolderOptions,
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
    return intact(header, payload) ? payload : null;
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
    for (const segment of this.segments) await segment?.handle.close();
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

  /** Takes up what was appended since the last look. */
  private scan(): Promise<void> {
    this.scanning ??= this.scanAll().finally(() => (this.scanning = null));
    return this.scanning;
  }

  private async scanAll(): Promise<void> {
    if (performance.now() - this.scannedAt < rescanMs) return;
    const names = (await this.names()).sort();
    const present = new Set(names);
    for (const [name, number] of this.numbers)
      if (!present.has(name)) {
        const segment = this.segments[number];
        this.numbers.delete(name);
        this.segments[number] = null;
        this.index.drop(number);
        await segment?.handle.close();
      }
    for (const name of names) await this.scanFile(name);
    this.scannedAt = performance.now();
  }

  /** Takes up an own record, without reading it where nothing else was appended before it. */
  private async found(
    name: string,
    { kind, key, offset, length }: { kind: number; key: string; offset: number; length: number },
  ): Promise<void> {
    const number = await this.open(name);
    const segment = number === null ? null : this.segments[number];
    if (!segment) return;
    if (segment.scanned !== offset) return this.scanFile(name);
    this.index.set(kind, key, { segment: number!, offset, length });
    segment.scanned = offset + headerBytes + length;
  }

  private async scanFile(name: string): Promise<void> {
    const number = await this.open(name);
    const segment = number === null ? null : this.segments[number];
    if (!segment) return;
    const { end } = await scanSegment(segment.handle, segment.scanned, ({ header, offset }) => {
      const { kind, key, length } = header;
      this.index.set(kind, key, { segment: number!, offset, length });
    });
    segment.scanned = Math.max(segment.scanned, end);
  }

  /** Number of a segment; null where another process has evicted it. */
  private async open(name: string): Promise<number | null> {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const handle = await fs.open(path.join(this.folder, name), 'r').catch(() => null);
    if (!handle) return null;
    const meanwhile = this.numbers.get(name);
    if (meanwhile !== undefined) {
      await handle.close();
      return meanwhile;
    }
    const number =
      this.segments.push({ name, handle, reader: new BlockReader(handle, this.readAhead), scanned: 0 }) - 1;
    this.numbers.set(name, number);
    return number;
  }

  private async names(): Promise<string[]> {
    return (await fs.readdir(this.folder).catch(() => [])).filter((n) => n.endsWith(extension));
  }

  /** Deletes the least recently written segments until another one of this size fits. */
  private async evict(bytes: number): Promise<void> {
    const segments: { file: string; size: number; time: number }[] = [];
    for (const name of await this.names()) {
      const file = path.join(this.folder, name);
      const stat = await fs.stat(file).catch(() => null);
      if (stat) segments.push({ file, size: stat.size, time: stat.mtimeMs });
    }
    let total = bytes + segments.reduce((n, s) => n + s.size, 0);
    for (const { file, size } of segments.sort((a, b) => a.time - b.time)) {
      if (total <= this.maxBytes) return;
      await fs.rm(file, { force: true });
      total -= size;
    }
  }
}
