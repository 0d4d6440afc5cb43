import path from 'node:path';
import { reliabilities, type Reliability } from '../../protocol/vocabulary';
import type { Estimate } from '../engine.types';
import { writeOutputFile } from '../files/writeOutput';
import { overlayPng, picturePng } from '../image/overlayPng';
import { labelledImageIds } from '../labels/labelledIds';
import type { Foil } from '../measure/foil';
import { CocoExport } from './cocoExport';
import { ExportTables } from './exportTables';
import { overlaySvg } from './overlaySvg';

export const exportFormats = ['csv', 'coco', 'lists', 'png', 'svg'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  /** Folder that names are relative to. */
  readonly base: string;
  readonly out: string;
  readonly formats: ReadonlySet<ExportFormat>;
  readonly foil: Foil;
  readonly categories: readonly string[];
}

/** Name of an image in exports: relative to `base`, with slashes. */
export const exportName = (base: string, file: string): string =>
  path.relative(base, file).split(path.sep).join('/') || path.basename(file);

/** Receives estimates one by one; writes overlays immediately and the tables at the end. */
export class FolderExport {
  readonly #tables: ExportTables;
  #coco: CocoExport | null = null;
  /** Names with a line break, which a list of one name per line cannot contain. */
  readonly notListed: string[] = [];
  readonly #levels = new Map<Reliability, string[]>(reliabilities.map((l) => [l, []]));
  readonly #written: string[] = [];

  constructor(private readonly options: ExportOptions) {
    this.#tables = new ExportTables(options.base, options.foil);
  }

  /** @throws OutputError */
  async add(e: Estimate): Promise<void> {
    const { base, formats } = this.options;
    const name = exportName(base, e.file);
    (isListable(name) ? this.#levels.get(e.reliability)! : this.notListed).push(name);
    if (formats.has('coco')) (await this.#results()).add(name, e);
    if (formats.has('csv')) this.#tables.add(name, e);
    if (!e.image) return;
    for (const format of ['png', 'svg'] as const) {
      const content = formats.has(format) ? await overlayFile(e, format) : null;
      if (content) await this.#write(`overlays/${name}.overlay.${format}`, content);
    }
  }

  /** Writes the tables and lists. @returns all files written, relative to `out` @throws OutputError */
  async finish(): Promise<string[]> {
    const { formats } = this.options;
    if (formats.has('csv')) {
      await this.#write('images.csv', this.#tables.csv('images'));
      await this.#write('cavities.csv', this.#tables.csv('cavities'));
    }
    if (formats.has('coco')) {
      const { results, dataset } = await this.#results();
      await this.#write('coco-results.json', JSON.stringify(results));
      await this.#write('coco-instances.json', JSON.stringify(dataset));
    }
    if (formats.has('lists'))
      for (const [level, names] of this.#levels)
        await this.#write(`${level}.txt`, names.map((n) => `${listed(n)}\n`).join(''));
    return this.#written;
  }

  async #results(): Promise<CocoExport> {
    const { base, categories } = this.options;
    return (this.#coco ??= new CocoExport(categories, await labelledImageIds(base)));
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    await writeOutputFile(path.join(this.options.out, name), content);
    this.#written.push(name);
  }
}

const isListable = (name: string): boolean => !/[\r\n]/.test(name);

/** rsync takes a line that begins with `#` or `;` for a comment. */
const listed = (name: string): string => (/^[#;]/.test(name) ? `./${name}` : name);

/** The picture with outlines and scale bar, in full size. Null where the file's picture cannot be read any more. */
export async function overlayFile(e: Estimate, format: 'png' | 'svg'): Promise<string | Uint8Array | null> {
  if (format === 'png') return overlayPng(e.file, overlaySvg(e, null));
  const picture = await picturePng(e.file);
  return overlaySvg(e, picture && `data:image/png;base64,${picture.toString('base64')}`);
}
