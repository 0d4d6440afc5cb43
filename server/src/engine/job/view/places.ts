import { openIfRegular } from '../../files/readRegularFile';
import type { Job } from '../job';
import { jobFiles } from '../job';
import { listAttempts } from '../attempts';
import { frameKinds, summaryOf, tagOf } from '../frames';
import { readIndex } from '../indexFrame';
import { scanSegment } from '../../store/segmentReader';

interface Segment {
  readonly file: string;
  readonly attempt: number;
  /** Offset at which the next reading begins. */
  scanned: number;
  /** Number of bytes between records that belong to no record. */
  damaged: number;
}

/** A file with bytes that belong to no record. */
export interface DamagedFile {
  readonly file: string;
  readonly bytes: number;
}

/** Where the result of an image lies, and what its header says. */
export interface ResultPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/** Number of segments that are read at the same time. */
const atOnce = 4;

/**
 * Where the results of a job lie, by image: 24 bytes each, in typed arrays. Finished segments are read by their index, growing
 * ones by the headers that are new. Where the segments are gone, the merged store serves.
 */
export class Places {
  /** See frames.tagOf; valid where `has`. */
  readonly tags: Uint8Array;
  /** See frames.f1Of. */
  readonly numbers: Uint16Array;
  private readonly segmentOf: Uint32Array;
  private readonly offsets: Float64Array;
  private readonly lengths: Uint32Array;
  private readonly checksums: Uint32Array;
  private readonly segments: Segment[] = [];
  private readonly known = new Map<string, number>();

  constructor(
    private readonly dir: string,
    private readonly job: Job,
  ) {
    const n = job.images;
    this.tags = new Uint8Array(n);
    this.numbers = new Uint16Array(n);
    this.segmentOf = new Uint32Array(n);
    this.offsets = new Float64Array(n);
    this.lengths = new Uint32Array(n);
    this.checksums = new Uint32Array(n);
  }

  has(image: number): boolean {
    return this.segmentOf[image] !== 0;
  }

  place(image: number): ResultPlace | null {
    const segment = this.segments[this.segmentOf[image]! - 1];
    if (!segment) return null;
    const [offset, length, checksum] = [this.offsets[image]!, this.lengths[image]!, this.checksums[image]!];
    return { file: segment.file, offset, length, checksum };
  }

  /** Segments with damage, as far as it was met: that of a finished one shows when its results are read. */
  damage(): DamagedFile[] {
    return this.segments.flatMap(({ file, damaged }) => (damaged > 0 ? [{ file, bytes: damaged }] : []));
  }

  /** Reads new results. @returns whether there was anything */
  async refresh(): Promise<boolean> {
    const attempts = [...(await listAttempts(this.dir)).values()].flat();
    if (attempts.length === 0) attempts.push({ shard: 0, number: 1, file: jobFiles.merged(this.dir) });
    const numbers = attempts.map(({ file, number }) => {
      const known = this.known.get(file) ?? this.segments.push({ file, attempt: number, scanned: 0, damaged: 0 }) - 1;
      this.known.set(file, known);
      return known;
    });
    let changed = false;
    let next = 0;
    const work = async () => {
      while (next < numbers.length) if (await this.look(numbers[next++]!)) changed = true;
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return changed;
  }

  private async look(number: number): Promise<boolean> {
    const segment = this.segments[number]!;
    const handle = await openIfRegular(segment.file);
    if (!handle) return false;
    try {
      const { size } = await handle.stat();
      if (size <= segment.scanned) return false;
      const before = segment.scanned;
      const index = before === 0 ? await readIndex(handle, size) : null;
      if (index) {
        for (const { image, tag, number: f1, offset, length, checksum } of index)
          this.take(number, image, { tag, f1, offset, length, checksum });
        segment.scanned = size;
      } else {
        const scan = await scanSegment(
          handle,
          before,
          ({ header, offset }) => {
            if (header.kind !== frameKinds.image) return;
            const { tag, number: f1, length, checksum } = header;
            this.take(number, summaryOf(header).index, { tag, f1, offset, length, checksum });
          },
          { headersOnly: true },
        );
        segment.scanned = scan.end;
        segment.damaged += scan.damage.reduce((n, { length }) => n + length, 0);
      }
      return segment.scanned > before;
    } finally {
      await handle.close();
    }
  }

  /** A later attempt replaces an earlier one, but a failure of the engine never replaces a result. */
  private take(
    number: number,
    image: number,
    found: { tag: number; f1: number; offset: number; length: number; checksum: number },
  ): void {
    if (image >= this.job.images) return;
    const earlier = this.segmentOf[image]!;
    if (earlier !== 0) {
      const [was, is] = [tagOf(this.tags[image]!).failed, tagOf(found.tag).failed];
      if (is && !was) return;
      if (is === was && this.segments[earlier - 1]!.attempt > this.segments[number]!.attempt) return;
    }
    this.segmentOf[image] = number + 1;
    this.tags[image] = found.tag;
    this.numbers[image] = found.f1;
    this.offsets[image] = found.offset;
    this.lengths[image] = found.length;
    this.checksums[image] = found.checksum;
  }
}
