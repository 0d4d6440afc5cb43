import fs from 'node:fs/promises';
import path from 'node:path';
import { printable } from '../../core/text/printable';
import { columnIndex, readTable, TableError } from '../files/table';

export interface CountedImage {
  readonly file: string;
  readonly group: string;
  readonly count: number;
  readonly family: string;
  /** Whether it must not be used for training, because it, or another image of its place, is reserved for reporting. */
  readonly reportOnly: boolean;
}

/**
 * Images with a known number of cavities but without boxes: a table with the columns `image` and `expert_count`, and optionally
 * `folder` (relative to the parent of the table's folder), `family` and `use` (`report`: never used for training). Images are
 * searched beside the table, in `images/` beside it, and in the folder and its `images/`.
 * @param reserved names of further images that are reserved for reporting, with all images of their places
 * @throws TableError with one sentence per wrong line, and for a table without these columns
 */
export async function readCountedImages(file: string, reserved: readonly string[] = []): Promise<CountedImage[]> {
  const table = await readTable(file);
  const [header, ...rows] = table.rows;
  const column = (name: string) => columnIndex(header!.cells, name);
  for (const name of ['image', 'expert_count'])
    if (column(name) < 0) throw new TableError(`${printable(file)} has no column ${name} (line ${header!.line}).`);
  const columns = { image: column('image'), count: column('expert_count'), folder: column('folder'), family: column('family'), use: column('use') }; // prettier-ignore
  const here = path.dirname(path.resolve(file));
  const problems: string[] = [];
  const images: CountedImage[] = [];
  for (const { line, cells } of rows) {
    const cell = (name: keyof typeof columns) => cells[columns[name]] ?? '';
    const [image, count, family] = [cell('image'), table.number(cell('count')), cell('family')];
    if (!image || !Number.isInteger(count) || count < 0) {
      problems.push(`Line ${line} of ${printable(file)} has no image, or its expert_count is not a whole number.`);
      continue;
    }
    const folders = [here, ...(cell('folder') ? [path.join(here, '..', cell('folder'))] : [])];
    const places = folders.flatMap((d) => [path.join(d, image), path.join(d, 'images', image)]);
    const found = await firstExisting(places);
    if (!found) problems.push(`Line ${line} of ${printable(file)} names ${printable(image)}, which is not there.`);
    else
      images.push({
        file: found,
        count,
        family,
        reportOnly: cell('use') === 'report',
        group: `real ${placeOf(image, family)}`,
      });
  }
  if (problems.length > 0) throw new TableError(problems.join('\n'));
  const reported = [
    ...images.filter((i) => i.reportOnly),
    ...reserved.map((name) => ({ file: name, group: `real ${placeOf(name, '')}` })),
  ];
  const kept = (image: CountedImage) => reported.some((r) => r.group === image.group || neighbouringTiles(r, image));
  return images.map((i) => ({ ...i, reportOnly: kept(i) }));
}

type Placed = Pick<CountedImage, 'file' | 'group'>;

/** Tiles of neighbouring micrographs show the same place. */
function neighbouringTiles(a: Placed, b: Placed): boolean {
  const number = (i: Placed) => (i.group.startsWith('real tile ') ? Number.parseInt(path.basename(i.file), 10) : NaN);
  return Math.abs(number(a) - number(b)) <= tilesPerMicrograph;
}

/** Nine tiles of 666 px were cut from one micrograph. */
const tilesPerMicrograph = 9;

/**
 * Images of one place show the same foil and must stay in one fold: the micrograph of a numbered tile, the number before
 * `_` of a scanned picture, the sample's name otherwise.
 */
export function placeOf(image: string, family: string): string {
  const digits = /^\d+/.exec(image)?.[0];
  if (digits && (family === 'tile' || /^\d{5}\./.test(image)))
    return `tile ${Math.floor(Number(digits) / tilesPerMicrograph)}`;
  if (digits && (family === 'jpg' || /^\d+(_\d+)?(__[\d_]+)?\.(jpg|png)$/.test(image))) return digits;
  return /^[^ _.]+/.exec(image)?.[0] ?? image;
}

async function firstExisting(files: readonly string[]): Promise<string | null> {
  for (const file of files)
    if (await fs.access(file).then(() => true, () => false)) return file; // prettier-ignore
  return null;
}
