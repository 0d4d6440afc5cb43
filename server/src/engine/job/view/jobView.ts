import fs from 'node:fs/promises';
import path from 'node:path';
import { openIfRegular } from '../../files/readRegularFile';
import { levelsByNeed } from '../../../protocol/levels';
import { reliabilities, type Grouping, type Reliability } from '../../../protocol/vocabulary';
import { isRefused } from '../../../protocol/levels';
import { f1Rank } from '../../../protocol/worstFirst';
import { readPayload } from '../../store/segmentReader';
import { decodeImageFrame, decodeRow, f1Of, tagOf, type Row } from '../frames';
import { JobError, readJob, type Job } from '../job';
import type { MeasurementRecord } from '../../measurement/record';
import { Names } from './names';
import { Places } from './places';

/** Selection of results. */
interface ViewFilter {
  /** Part of the path, in any case; empty for all. */
  readonly text: string;
  /** Empty for all. */
  readonly levels: readonly Reliability[];
}

export interface ViewQuery extends ViewFilter {
  readonly groupBy: Grouping;
  /** A level or a folder; ignored without groups. */
  readonly group: string;
}

export interface ViewCounts {
  /** Images of the job. */
  readonly images: number;
  /** Images with a result; those that the engine failed on have none. */
  readonly done: number;
  readonly failed: number;
  /** Images that could not be read, those that the engine failed on included. */
  readonly unread: number;
  readonly byReliability: Readonly<Record<Reliability, number>>;
}

export interface ViewRow extends Row {
  /** Absolute. */
  readonly file: string;
}

/** Number of sorted lists that are kept, since pages are requested one after another. */
const keptLists = 8;

/**
 * Results of a job, finished or running, for a list that shows a page at a time: sorted worst first, by level or folder, with a
 * filter. A million results take 60 MB (and a peak of 320 MB while they open); no record is unpacked, no image opened.
 */
export class JobView {
  private order: Uint32Array | null = null;
  private lists = new Map<string, Uint32Array>();
  private matched: { readonly text: string; readonly images: Promise<Uint8Array> } | null = null;

  private constructor(
    readonly dir: string,
    readonly job: Job,
    private readonly places: Places,
    private readonly names: Names,
  ) {}

  /**
   * @param place a job's folder, or a file in it (job.json, merged.segment)
   * @throws JobError where there is no job
   */
  static async open(place: string): Promise<JobView> {
    const stat = await fs.stat(place).catch(() => null);
    if (!stat) throw new JobError(`${place} does not exist.`);
    const dir = stat.isDirectory() ? place : path.dirname(place);
    const job = await readJob(dir);
    const places = new Places(dir, job);
    const [names] = await Promise.all([Names.read(dir, job), places.refresh()]);
    return new JobView(dir, job, places, names);
  }

  /** Reads results that were added since. @returns whether there were any */
  async refresh(): Promise<boolean> {
    const changed = await this.places.refresh();
    if (changed) {
      this.order = null;
      this.lists.clear();
    }
    return changed;
  }

  counts(): ViewCounts {
    const byReliability = { reliable: 0, review: 0, unreliable: 0, unknown: 0 };
    let [done, failed, unread] = [0, 0, 0];
    for (let i = 0; i < this.job.images; i++) {
      if (!this.places.has(i)) continue;
      const tag = tagOf(this.places.tags[i]!);
      if (tag.failed) failed++;
      else done++;
      if (tag.failed || isRefused(tag.outcome)) unread++;
      byReliability[tag.reliability]++;
    }
    return { images: this.job.images, done, failed, unread, byReliability };
  }

  /** Damage, in sentences; a damaged result is listed as a row with this reason. */
  notes(): string[] {
    const lines = this.names.damaged;
    return [
      ...(lines > 0
        ? [`The manifest is damaged: ${lines} of ${this.job.images} lines are left out. Their images have names only where they have results.`] // prettier-ignore
        : []),
      ...this.places
        .damage()
        .map(
          ({ file, bytes }) => `${path.basename(file)} is damaged: ${bytes} bytes are left out. Run its shard again.`,
        ),
    ];
  }

  /** Groups with results, levels in the order of need and folders by name. */
  async groups(query: Omit<ViewQuery, 'group'>): Promise<{ key: string; images: number }[]> {
    const list = await this.list({ ...query, groupBy: 'none', group: '' });
    if (query.groupBy === 'level') {
      const counts = new Map<Reliability, number>();
      for (const i of list) {
        const level = reliabilities[this.places.tags[i]! & 3]!;
        counts.set(level, (counts.get(level) ?? 0) + 1);
      }
      return levelsByNeed.flatMap((key) => (counts.has(key) ? [{ key, images: counts.get(key)! }] : []));
    }
    if (query.groupBy === 'none') return [];
    const counts = new Uint32Array(this.names.folders.length);
    for (const i of list) counts[this.names.folderOf[i]!]!++;
    return this.names.folders
      .map((key, number) => ({ key, images: counts[number]! }))
      .filter(({ images }) => images > 0)
      .sort((a, b) => collator.compare(a.key, b.key));
  }

  /** Images of a query, the worst first. */
  async list(query: ViewQuery): Promise<Uint32Array> {
    const key = JSON.stringify([query.groupBy, query.groupBy === 'none' ? '' : query.group, query.text, query.levels]);
    const kept = this.lists.get(key);
    if (kept) return kept;
    const order = (this.order ??= this.sorted());
    const matching = query.text === '' ? null : await this.matching(query.text);
    const levels = levelMask(query.groupBy === 'level' ? [query.group as Reliability] : query.levels);
    const wanted = levelMask(query.levels);
    const folder = query.groupBy === 'folder' ? this.names.folders.indexOf(query.group) : null;
    const list = order.filter((i) => {
      const level = 1 << (this.places.tags[i]! & 3);
      if (!(level & levels & wanted)) return false;
      if (folder !== null && this.names.folderOf[i] !== folder) return false;
      return matching === null || matching[i] === 1;
    });
    if (this.lists.size >= keptLists) this.lists.delete(this.lists.keys().next().value!);
    this.lists.set(key, list);
    return list;
  }

  /** Rows of a part of a query's list, and the number of rows that there are. */
  async page(query: ViewQuery, start: number, count: number): Promise<{ rows: ViewRow[]; total: number }> {
    const list = await this.list(query);
    const rows: ViewRow[] = [];
    for (const image of list.subarray(start, start + count)) rows.push(await this.row(image));
    return { rows, total: list.length };
  }

  /** The stored result of an image with its record; null for one that is damaged. */
  async stored(image: number): Promise<{ row: Row; record: MeasurementRecord | null } | null> {
    const payload = await this.payload(image);
    return payload && decodeImageFrame(payload);
  }

  /** Level and F1 of every result, in the order of the images. */
  *summaries(): Generator<{ readonly reliability: Reliability; readonly f1: number | null }> {
    for (let i = 0; i < this.job.images; i++)
      if (this.places.has(i))
        yield { reliability: tagOf(this.places.tags[i]!).reliability, f1: f1Of(this.places.numbers[i]!) };
  }

  private async row(image: number): Promise<ViewRow> {
    const payload = await this.payload(image);
    const row = payload && decodeRow(payload);
    const name = row?.path ?? (await this.names.name(image)) ?? `image ${image}`;
    return { ...(row ?? damagedRow(image, name)), file: path.join(this.job.root, name) };
  }

  private async payload(image: number): Promise<Buffer | null> {
    const place = this.places.place(image);
    const handle = place && (await openIfRegular(place.file));
    if (!handle) return null;
    try {
      return await readPayload(handle, place!);
    } finally {
      await handle.close();
    }
  }

  private sorted(): Uint32Array {
    // One number per image: rank, then position in the job.
    const keys = new Float64Array(this.job.images);
    let n = 0;
    for (let i = 0; i < this.job.images; i++) {
      if (!this.places.has(i)) continue;
      const rank = f1Rank({ f1: f1Of(this.places.numbers[i]!), outcome: tagOf(this.places.tags[i]!).outcome });
      keys[n++] = Math.round((rank + 1) * 1e4) * 2 ** 32 + i;
    }
    return Uint32Array.from(keys.subarray(0, n).sort(), (key) => key % 2 ** 32);
  }

  private matching(text: string): Promise<Uint8Array> {
    if (this.matched?.text !== text) this.matched = { text, images: this.names.containing(text) };
    return this.matched.images;
  }
}

const collator = new Intl.Collator('en', { numeric: true });

const levelMask = (levels: readonly Reliability[]): number =>
  levels.length === 0 ? 15 : levels.reduce((mask, level) => mask | (1 << reliabilities.indexOf(level)), 0);

const damagedRow = (index: number, name: string): Row => ({
  index,
  path: name,
  outcome: 'failed',
  reason: 'The stored result is damaged: run the shard again.',
  f1: null,
  interval: null,
  reliability: 'unknown',
  detections: 0,
  nmPerPixel: null,
  nmPerPixelSource: null,
  timing: { decodeMs: 0, detectMs: 0, totalMs: 0 },
});
