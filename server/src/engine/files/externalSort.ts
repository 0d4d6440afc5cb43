import fs from 'node:fs';
import path from 'node:path';
import { ensureFolder } from './ensureFolder';

/** Texts that are sorted in memory. */
const defaultRun = 20_000;
const blockBytes = 64 * 1024;

/**
 * Sorts any number of texts in the memory of a few thousand: sorted runs are written to temporary files and merged.
 * Equal texts keep the order in which they came. A text contains no NUL character, as no path does.
 */
export class ExternalSort {
  private run: string[] = [];
  private readonly files: string[] = [];
  private added = 0;

  /**
   * @param folder for the temporary files; nothing is written for fewer texts than one run. `dispose` deletes it.
   * @param compare negative where the first text comes first
   * @param runLength texts of a run
   */
  constructor(
    private readonly folder: string,
    private readonly compare: (a: string, b: string) => number,
    private readonly runLength = defaultRun,
  ) {}

  /** Texts that were added. */
  get size(): number {
    return this.added;
  }

  /** @throws the error of the file system, e.g. of a full disk */
  async add(text: string): Promise<void> {
    if (this.run.length === this.runLength) await this.writeRun();
    this.run.push(text);
    this.added++;
  }

  /** All texts in order; nothing can be added any more. */
  async *sorted(): AsyncGenerator<string, void, void> {
    if (this.files.length === 0) {
      yield* this.run.sort(this.compare);
      return;
    }
    await this.writeRun();
    const heap = new RunHeap(this.compare);
    const runs = this.files.map((file) => new Run(file));
    try {
      for (const [order, run] of runs.entries()) if (await run.next()) heap.push({ run, order });
      for (let top = heap.top(); top; top = heap.top()) {
        yield top.run.text;
        if (top.run.advance() || (await top.run.next())) heap.sink();
        else heap.pop();
      }
    } finally {
      for (const run of runs) run.close();
    }
  }

  /** Deletes the temporary files. */
  async dispose(): Promise<void> {
    await fs.promises.rm(this.folder, { recursive: true, force: true });
  }

  private async writeRun(): Promise<void> {
    await ensureFolder(this.folder);
    const file = path.join(this.folder, `run-${this.files.length}`);
    await fs.promises.writeFile(file, this.run.sort(this.compare).map((text) => `${text}\0`).join('')); // prettier-ignore
    this.files.push(file);
    this.run = [];
  }
}

/** Reads a sorted run block by block. */
class Run {
  private readonly stream: fs.ReadStream;
  private readonly blocks: AsyncIterator<string>;
  private texts: string[] = [];
  private at = 0;
  private rest = '';

  constructor(file: string) {
    this.stream = fs.createReadStream(file, { encoding: 'utf8', highWaterMark: blockBytes });
    this.blocks = this.stream[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  /** The present text. */
  get text(): string {
    return this.texts[this.at]!;
  }

  /** Goes on to the next text of the block. @returns false at its end */
  advance(): boolean {
    return ++this.at < this.texts.length;
  }

  /** Goes on to the first text of the next block. @returns false at the end of the run */
  async next(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.blocks.next();
      if (done) return false;
      const texts = (this.rest + value).split('\0');
      this.rest = texts.pop()!;
      this.texts = texts;
      this.at = 0;
      if (texts.length > 0) return true;
    }
  }

  close(): void {
    this.stream.destroy();
  }
}

interface HeapEntry {
  readonly run: Run;
  readonly order: number;
}

/** The run whose present text comes first is on top. */
class RunHeap {
  private readonly entries: HeapEntry[] = [];

  constructor(private readonly compare: (a: string, b: string) => number) {}

  top(): HeapEntry | undefined {
    return this.entries[0];
  }

  push(entry: HeapEntry): void {
    let at = this.entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  pop(): void {
    const last = this.entries.pop()!;
    if (this.entries.length === 0) return;
    this.entries[0] = last;
    this.sink();
  }

  /** Brings the top entry, whose text has changed, to its place. */
  sink(): void {
    const { length } = this.entries;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      let first = at;
      if (left < length && this.before(left, first)) first = left;
      if (left + 1 < length && this.before(left + 1, first)) first = left + 1;
      if (first === at) return;
      this.swap(at, first);
      at = first;
    }
  }

  private before(a: number, b: number): boolean {
    const [x, y] = [this.entries[a]!, this.entries[b]!];
    const order = this.compare(x.run.text, y.run.text);
    return order < 0 || (order === 0 && x.order < y.order);
  }

  private swap(a: number, b: number): void {
    [this.entries[a], this.entries[b]] = [this.entries[b]!, this.entries[a]!];
  }
}
