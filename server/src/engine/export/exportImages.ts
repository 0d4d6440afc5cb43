import path from 'node:path';
import type { ExportDto } from '../../protocol/types';
import type { ExportKind } from '../../protocol/vocabulary';
import { parseImageRef } from '../../core/image/imageRef';
import type { Estimate } from '../engine.types';
import { OutputError } from '../files/checkOutput';
import { writeOutputFile } from '../files/writeOutput';
import type { Foil } from '../measure/foil';
import { exportName, FolderExport, overlayFile } from './exportFolder';
import { ExportTables, type TableName } from './exportTables';

/** Largest text for the clipboard, in characters. */
const mostText = 4e6;

export interface OneExport {
  readonly kind: ExportKind;
  /** File for tables and for the overlay of one image, folder for everything else; null for a table as text. */
  readonly to: string | null;
  /** Folder that names are relative to. */
  readonly base: string;
  readonly foil: Foil;
  readonly categories: readonly string[];
}

/** The exported images and files; images without an estimate are counted separately. */
export type Exported = Omit<ExportDto, 'missing'>;

/**
 * Exports one kind for some images.
 * @param images number of them; one overlay is a file, several fill a folder
 * Without any estimate nothing is written.
 * @throws OutputError when nothing can be written there
 */
export async function exportImages(
  estimates: AsyncIterable<Estimate> | Iterable<Estimate>,
  images: number,
  options: OneExport,
): Promise<Exported> {
  const { kind, to } = options;
  if (kind === 'images' || kind === 'cavities') return exportTable(estimates, kind, options);
  if (to === null) throw new OutputError('Only tables can be given as text.');
  if ((kind === 'png' || kind === 'svg') && images === 1) return exportOverlay(estimates, kind, to);
  const target = new FolderExport({ ...options, out: to, formats: new Set([kind]) });
  let done = 0;
  for await (const e of estimates) {
    await target.add(e);
    done++;
  }
  return { images: done, rows: 0, files: done > 0 ? (await target.finish()).length : 0, text: null };
}

async function exportTable(
  estimates: AsyncIterable<Estimate> | Iterable<Estimate>,
  table: TableName,
  { to, base, foil }: OneExport,
): Promise<Exported> {
  const tables = new ExportTables(base, foil, [table]);
  let images = 0;
  for await (const e of estimates) {
    if (to !== null) refuseSource(to, e);
    tables.add(exportName(base, e.file), e);
    images++;
  }
  if (images === 0) return { images, rows: 0, files: 0, text: null };
  const rows = tables.rows(table);
  if (to !== null) {
    await writeOutputFile(to, tables.csv(table));
    return { images, rows, files: 1, text: null };
  }
  const text = tables.tabs(table);
  if (text.length > mostText)
    throw new OutputError(`${rows} rows are too many for the clipboard: export the table as a CSV file instead.`);
  return { images, rows, files: 0, text };
}

async function exportOverlay(
  estimates: AsyncIterable<Estimate> | Iterable<Estimate>,
  format: 'png' | 'svg',
  to: string,
): Promise<Exported> {
  for await (const e of estimates) {
    refuseSource(to, e);
    const content = e.image && (await overlayFile(e, format));
    if (!content) throw new OutputError(`${path.basename(e.file)} has no picture: ${e.reason}`);
    await writeOutputFile(to, content);
    return { images: 1, rows: 0, files: 1, text: null };
  }
  return { images: 0, rows: 0, files: 0, text: null };
}

/** Refuses to overwrite an image with its own overlay. */
function refuseSource(to: string, { file }: Estimate): void {
  if (path.resolve(to) === path.resolve(parseImageRef(file).file))
    throw new OutputError(`${path.basename(to)} is the image itself: choose another name.`);
}
