import fs from 'node:fs/promises';
import path from 'node:path';
import { parseLength, positive } from '../../core/image/lengthUnit';
import { decodeText } from '../files/decodeText';
import { FileReadError, readRegularFile } from '../files/readRegularFile';

export interface CompanionSize {
  readonly nmPerPixel: number;
  readonly nmPerPixelSource: 'hitachi-text' | 'jeol-text';
}

const maxBytes = 200_000;
const endings = ['.txt', '.TXT'];

/**
 * Pixel size from the text file that Hitachi and JEOL microscopes write beside an image: same name, ending `.txt`. Null
 * where there is none, or where it states an image of another width.
 */
export async function companionSize(file: string, width: number | undefined): Promise<CompanionSize | null> {
  const { dir, name } = path.parse(file);
  for (const ending of endings) {
    const text = await readText(path.join(dir, name + ending));
    if (text !== null) return companionSizeOf(text, width);
  }
  return null;
}

/** Lists the texts of a folder, and again only after it has changed. */
export function companionLister(): (folder: string) => Promise<ReadonlySet<string>> {
  let listed: { readonly folder: string; readonly mtimeMs: number; readonly texts: ReadonlySet<string> } | null = null;
  return async (folder) => {
    const { mtimeMs } = await fs.stat(folder).catch(() => ({ mtimeMs: NaN }));
    if (listed?.folder !== folder || listed.mtimeMs !== mtimeMs) {
      const names = await fs.readdir(folder).catch(() => []);
      listed = { folder, mtimeMs, texts: new Set(names.filter((n) => endings.some((e) => n.endsWith(e)))) };
    }
    return listed.texts;
  };
}

/**
 * companionSize for many images, with the texts of their folder: opening two files that are not there took five times as long
 * as the rest of a cached image. The first image of a folder is looked up directly, since it may be the only one.
 */
export function companionSizes(textsOf: ReturnType<typeof companionLister>): typeof companionSize {
  let last: string | null = null;
  return async (file, width) => {
    const { dir, name } = path.parse(file);
    const repeated = last === dir;
    last = dir;
    const texts = repeated ? await textsOf(dir) : null;
    return !texts || endings.some((ending) => texts.has(name + ending)) ? companionSize(file, width) : null;
  };
}

async function readText(file: string): Promise<string | null> {
  try {
    return decodeText(await readRegularFile(file, { maxBytes }));
  } catch (error) {
    // Notes of any size may have this name.
    if (error instanceof FileReadError) return null;
    throw error;
  }
}

/**
 * Pixel size in the content of such a text; null where it contains none, or states another width.
 * @param width of the image in pixels
 */
export function companionSizeOf(text: string, width?: number): CompanionSize | null {
  return hitachi(text, width) ?? jeol(text, width);
}

/**
 * `[SemImageFile]` or `[TemImageFile]` with `PixelSize=` in nm and `DataSize=1280x960`.
 * Sources: Bio-Formats' HitachiReader, pynxtools-em's `image_tiff_hitachi`.
 */
function hitachi(text: string, width?: number): CompanionSize | null {
  if (!/^\s*\[(?:Sem|Tem)ImageFile\]/m.test(text)) return null;
  const value = (key: string) => restOfLine(text, `${key}\\s*=`);
  if (isOther(/^(\d+)\s*x/i.exec(value('DataSize'))?.[1], width)) return null;
  const size = value('PixelSize');
  const nm = /^[\d.eE+-]+$/.test(size) ? positive(Number(size)) : parseLength(size);
  return nm === null ? null : { nmPerPixel: nm, nmPerPixelSource: 'hitachi-text' };
}

/** Lines of `$NAME value`: `$$SM_MICRON_BAR` is a number of pixels and `$$SM_MICRON_MARKER` their length, such as `100nm`. */
function jeol(text: string, width?: number): CompanionSize | null {
  const value = (key: string) => restOfLine(text, `\\$+${key}\\s+`);
  if (isOther(/^(\d+)/.exec(value('CM_FULL_SIZE') || value('CM_IMAGE_SIZE'))?.[1], width)) return null;
  const pixels = Number(value('SM_MICRON_BAR') || NaN);
  const length = parseLength(value('SM_MICRON_MARKER'));
  const nm = length === null ? null : positive(length / pixels);
  return nm === null ? null : { nmPerPixel: nm, nmPerPixelSource: 'jeol-text' };
}

/** Text after a pattern at the beginning of a line, of the first such line; empty where there is none. */
const restOfLine = (text: string, start: string): string =>
  new RegExp(`^\\s*${start}([^\\r\\n]{1,80})`, 'm').exec(text)?.[1]?.trim() ?? '';

const isOther = (stated: string | undefined, width: number | undefined): boolean =>
  stated !== undefined && width !== undefined && Number(stated) !== width;
