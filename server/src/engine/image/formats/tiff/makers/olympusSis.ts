import { positive } from '../../../../../core/image/lengthUnit';
import { sizeOf, type MakerFacts, type MakerInput } from './maker';

const headBytes = 60;
const maxEntries = 100;
/** Type of the entry that contains the calibration. */
const general = 1;

/**
 * Olympus SIS and iTEM: tag 33560 points to `SIS0` with a list of entries, one of which contains a power of ten and the sizes.
 * Layout after tifffile's `read_sis`; always little-endian.
 */
export async function olympusSis({ file, page }: MakerInput): Promise<MakerFacts | null> {
  const at = await page.directory.offsetIn(33560);
  if (at === null) return null;
  const head = await file.bytes.read(at, headBytes + 8 * maxEntries);
  if (head.length < headBytes || head.toString('latin1', 0, 4) !== 'SIS0') return null;
  const entries = Math.min(head.readUInt16LE(58), Math.floor((head.length - headBytes) / 8));
  for (let entry = headBytes; entry < headBytes + 8 * entries; entry += 8) {
    if (head.readInt16LE(entry) !== general) continue;
    const block = await file.bytes.read(head.readUInt32LE(entry + 4), 112);
    if (block.length < 112) continue;
    const power = 10 ** block.readInt16LE(10);
    const nm = (offset: number) => positive(block.readDoubleLE(offset) * power * 1e9);
    return {
      size: sizeOf(nm(12), nm(20)),
      metadata: {
        magnification: positive(block.readDoubleLE(36)) ?? undefined,
        camera: block.toString('latin1', 46, 80).replace(/\0.*$/s, ''),
      },
    };
  }
  return { size: null };
}
