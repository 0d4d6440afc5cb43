import { nameKey } from '../text/nameKey';
import { nanometresPerUnit } from './lengthUnit';

/** Units above a micrometre are those of a print or a scale bar, not of pixels. */
const largestUnit = 1e3;

const pixelWords = new Set(['pixel', 'pixels', 'pix', 'px']);

/**
 * The unit of a column with pixel sizes: `nm/pixel`, `nm per px`, `Å/pix`, `Pixel size (µm)`, `pixel_size_nm`.
 * @returns nm per unit; `cells` for a heading without a unit (`pixel size`), whose cells must contain it; null for
 *   any other heading, such as the reciprocal `px/nm`
 */
export function pixelSizeHeading(heading: string): number | 'cells' | null {
  const words = heading
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((w) => w !== '');
  for (const [i, word] of words.entries()) {
    const next = words[i + 1] === 'per' ? i + 2 : i + 1;
    const unit = unitOf(word);
    if (unit !== null && pixelWords.has(words[next] ?? '')) return unit;
    const size = pixelWords.has(word) && words[i + 1] === 'size' ? i + 2 : word === 'pixelsize' ? i + 1 : null;
    if (size === null) continue;
    const after = words.slice(size).filter((w) => !['in', 'of', 'x'].includes(w));
    if (after.length === 0) return 'cells';
    // "Pixel size A" may be the one of series A; "Pixel size (A)" is in Å.
    const named = after[0] === 'a' && !/[([]a[)\]]/i.test(heading) ? null : unitOf(after[0]!);
    if (named !== null) return named;
  }
  return /nm(per)?(pixel|px)/.test(nameKey(heading)) ? 1 : null;
}

function unitOf(word: string): number | null {
  const unit = nanometresPerUnit(word);
  return unit !== null && unit <= largestUnit ? unit : null;
}
