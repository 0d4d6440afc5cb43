import { positive } from '../../../../core/image/lengthUnit';
import type { TiffFile } from './ifd';
import type { TiffPage } from './page';

/**
 * Pixel size from the Olympus SIS block that tag 33560 points to; null where there is none.
 * Layout after tifffile's `read_olympus_sis`: `SIS0`, then at 64 the offset of a structure with a power of ten, the sizes
 * as doubles at 10 and 18.
 */
export async function olympusSisSize(file: TiffFile, page: TiffPage): Promise<readonly [number, number] | null> {
  const at = await page.directory.number(33560, 0);
  if (!at) return null;
  const head = await file.bytes.read(at, 4 + 6 + 4 + 2 * 13 + 50 + 8);
  if (head.length < 68 || head.toString('latin1', 0, 4) !== 'SIS0') return null;
  const block = await file.bytes.read(head.readUInt32LE(64), 40);
  if (block.length < 28) return null;
  const power = 10 ** block.readInt16LE(10);
  const [x, y] = [positive(block.readDoubleLE(12) * power * 1e9), positive(block.readDoubleLE(20) * power * 1e9)];
  return x === null ? null : [x, y ?? x];
}
