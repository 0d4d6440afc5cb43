import fs from 'node:fs/promises';
import path from 'node:path';

const sidecar = 'image_nm_pixel_conversions.csv';

/** nm per pixel of a file from the table beside it (a column «nm/pixel» and the file's name); null where the table is absent or says «???». */
export async function sidecarPixelSize(file: string): Promise<number | null> {
  const text = await fs.readFile(path.join(path.dirname(file), sidecar), 'utf8').catch(() => null);
  if (text === null) return null;
  const stem = path.parse(file).name;
  const rows = text.split(/\r?\n/).map((line) => line.split(',').map((c) => c.trim().replace(/^"|"$/g, '')));
  const column = rows[0]?.findIndex((c) => /nm\s*\/\s*pixel/i.test(c)) ?? -1;
  const row = rows.find((cells) => cells.some((c) => c === path.basename(file) || c === stem));
  const value = Number(row?.[column]);
  return value > 0 && Number.isFinite(value) ? value : null;
}
