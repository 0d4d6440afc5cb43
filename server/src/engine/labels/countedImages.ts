import fs from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';

export interface CountedImage {
  readonly file: string;
  readonly group: string;
  readonly count: number;
  readonly family: string;
  /** Must not be learned from: it, or another image of its place, is kept for reporting. */
  readonly reportOnly: boolean;
}

/**
 * Images of which only the number of cavities is known: a CSV with the columns `image` and `expert_count`, and perhaps
 * `folder` (relative to the parent of the table's folder), `family` and `use` (`report`: never learned from). Images are
 * looked for beside the table, in `images/` beside it, and in the folder and its `images/`.
 * @param reserved names of further images that are kept for reporting, with all images of their places
 * @throws Error in one sentence for a table of another shape, or for an image that is not there
 */
export async function readCountedImages(table: string, reserved: readonly string[] = []): Promise<CountedImage[]> {
  const text = await fs.readFile(table, 'utf8');
  const rows = parse<Record<string, string>>(text, { bom: true, columns: true, skip_empty_lines: true, trim: true });
  const here = path.dirname(path.resolve(table));
  const images = await Promise.all(
    rows.map(async (row, i) => {
      const { image, expert_count: number, folder, family, use } = row;
      const count = Number(number);
      if (!image || !number || !Number.isInteger(count) || count < 0)
        throw new Error(`Line ${i + 2} of ${table} has no image or no whole number as expert_count.`);
      const folders = [here, ...(folder ? [path.join(here, '..', folder)] : [])].flatMap((d) => [
        d,
        path.join(d, 'images'),
      ]);
      const file = await firstExisting(folders.map((d) => path.join(d, image)));
      if (!file) throw new Error(`Line ${i + 2} of ${table} names ${image}, which is not there.`);
      return {
        file,
        count,
        family: family ?? '',
        reportOnly: use === 'report',
        group: `real ${placeOf(image, family ?? '')}`,
      };
    }),
  );
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
