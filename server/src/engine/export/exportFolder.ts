import fs from 'node:fs/promises';
import path from 'node:path';
import { measureCavities } from '../../core/quantities/cavity';
import { csvTable } from '../../core/text/csv';
import { reliabilities, type Reliability } from '../../protocol/vocabulary';
import type { Estimate } from '../engine.types';
import { ensureFolder } from '../files/ensureFolder';
import { overlayPng, picturePng } from '../image/overlayPng';
import { FolderMeasurement, type Foil } from '../measure/measureFolder';
import { cavityColumns, cavityRow } from './cavityTable';
import { CocoExport } from './cocoExport';
import { imageColumns, imageRow } from './imageTable';
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

/** Takes estimates one by one, writes overlays at once and the tables at the end. */
export class FolderExport {
  readonly #measurement: FolderMeasurement;
  readonly #coco: CocoExport;
  readonly #images: (string | number | null)[][] = [];
  readonly #cavities: (string | number | null)[][] = [];
  readonly #levels = new Map<Reliability, string[]>(reliabilities.map((l) => [l, []]));
  readonly #written: string[] = [];

  constructor(private readonly options: ExportOptions) {
    this.#measurement = new FolderMeasurement(options.base, options.foil);
    this.#coco = new CocoExport(options.categories);
  }

  async add(e: Estimate): Promise<void> {
    const { base, formats } = this.options;
    const name = path.relative(base, e.file).split(path.sep).join('/');
    this.#levels.get(e.reliability)!.push(name);
    if (formats.has('coco')) this.#coco.add(name, e);
    if (formats.has('csv')) {
      this.#images.push(imageRow(name, e, this.#measurement.add(e)));
      const nmPerPixel = e.image?.nmPerPixel ?? null;
      if (e.instances)
        measureCavities(e.instances).forEach((cavity, i) =>
          this.#cavities.push(cavityRow({ file: name, number: i + 1, score: e.instances!.scores[i]!, cavity, nmPerPixel })),
        ); // prettier-ignore
    }
    if (!e.image) return;
    if (formats.has('png')) {
      const png = await overlayPng(e.file, overlaySvg(e, null));
      if (png) await this.#write(`overlays/${name}.overlay.png`, png);
    }
    if (formats.has('svg')) {
      const png = await picturePng(e.file);
      const href = png && `data:image/png;base64,${png.toString('base64')}`;
      await this.#write(`overlays/${name}.overlay.svg`, overlaySvg(e, href));
    }
  }

  /** Writes the tables and lists. @returns all files written, relative to `out` */
  async finish(): Promise<string[]> {
    const { formats } = this.options;
    if (formats.has('csv')) {
      // A byte order mark makes spreadsheets read UTF-8.
      await this.#write('images.csv', `\ufeff${csvTable(imageColumns, this.#images)}`);
      await this.#write('cavities.csv', `\ufeff${csvTable(cavityColumns, this.#cavities)}`);
    }
    if (formats.has('coco')) {
      await this.#write('coco-results.json', JSON.stringify(this.#coco.results));
      await this.#write('coco-instances.json', JSON.stringify(this.#coco.dataset));
    }
    if (formats.has('lists'))
      for (const [level, names] of this.#levels) await this.#write(`${level}.txt`, names.map((n) => `${n}\n`).join(''));
    return this.#written;
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    const file = path.join(this.options.out, name);
    await ensureFolder(path.dirname(file));
    await fs.writeFile(file, content);
    this.#written.push(name);
  }
}
