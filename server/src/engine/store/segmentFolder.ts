import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { headerBytes } from './frame';
import { readPayload, scanSegment } from './segmentReader';
import { SegmentWriter } from './segmentWriter';

/** Milliseconds between two reads of what other processes have appended. */
const rescanMs = 1000;
const defaultSegmentBytes = 32e6;
const extension = '.segment';

interface OpenSegment {
  readonly handle: fs.FileHandle;
  /** Where the next scan begins. */
  scanned: number;
}

/** Where a payload lies; small, since there is one per record. */
interface Place {
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/**
 * A folder of segments as a bounded store of payloads by kind and key. Every process appends to separate segments and
 * reads those of all; the folder stays below `maxBytes`, and one segment for each further writer, by deleting the segments
 * that were written to least recently.
 */
export class SegmentFolder {
  private readonly index = new Map<string, Place>();
  private readonly segments = new Map<string, OpenSegment>();
  private writer: SegmentWriter | null = null;
  private scannedAt = -Infinity;
  private scanning: Promise<void> | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
    segmentBytes = defaultSegmentBytes,
  ) {
    // At least four segments, so that evicting the oldest keeps most.
    this.segmentBytes = Math.min(segmentBytes, maxBytes / 4);
  }
  private readonly segmentBytes: number;

  /** The payload, or null where there is none or it is damaged. */
  async read(kind: number, key: string): Promise<Buffer | null> {
    const id = `${kind} ${key}`;
    let place = this.index.get(id);
    if (!place) {
      await this.scan();
      place = this.index.get(id);
    }
    const segment = place && this.segments.get(place.segment);
    return segment ? readPayload(segment.handle, place!).catch(() => null) : null;
  }

  /** @throws the error of the file system, with nothing appended */
  append(kind: number, key: string, payload: Uint8Array): Promise<void> {
    const result = this.last.then(async () => {
      const bytes = headerBytes + payload.length;
      if (!this.writer || this.writer.size + bytes > this.segmentBytes) await this.begin(bytes);
      await this.writer!.append({ kind, tag: 0, number: 0, key }, payload);
      // Own records are found as those of others are, by scanning.
      await this.scanFile(path.basename(this.writer!.file));
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.last;
    await this.scanning;
    await this.writer?.close();
    this.writer = null;
    for (const { handle } of this.segments.values()) await handle.close();
    this.segments.clear();
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
    for (const [name, { handle }] of this.segments)
      if (!present.has(name)) {
        this.segments.delete(name);
        for (const [id, place] of this.index) if (place.segment === name) this.index.delete(id);
        await handle.close();
      }
    for (const name of names) await this.scanFile(name);
    this.scannedAt = performance.now();
  }

  private async scanFile(name: string): Promise<void> {
    let segment = this.segments.get(name);
    if (!segment) {
      const handle = await fs.open(path.join(this.folder, name), 'r').catch(() => null);
      if (!handle) return; // evicted by another process
      if (this.segments.has(name)) return handle.close();
      segment = { handle, scanned: 0 };
      this.segments.set(name, segment);
    }
    const { end } = await scanSegment(segment.handle, segment.scanned, ({ header, offset }) => {
      const { kind, key, length, checksum } = header;
      this.index.set(`${kind} ${key}`, { segment: name, offset, length, checksum });
    });
    segment.scanned = end;
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
