import { decompressCounts, type Rle } from './rle';

/**
 * Outline of a mask's column spans: the upper edge from left to right, the lower edge back. Exact for masks without
 * overhangs, which cavities are.
 * @returns x0, y0, x1, y1, … in image pixels; empty for an empty mask.
 */
export function maskOutline(rle: Rle): number[] {
  const height = rle.size[0];
  const top = new Map<number, number>();
  const bottom = new Map<number, number>();
  let position = 0;
  decompressCounts(rle.counts).forEach((run, i) => {
    if (i % 2)
      for (let from = position; from < position + run;) {
        const x = Math.floor(from / height);
        const end = Math.min(position + run, (x + 1) * height);
        const y = from - x * height;
        top.set(x, Math.min(top.get(x) ?? Infinity, y));
        bottom.set(x, Math.max(bottom.get(x) ?? 0, end - x * height));
        from = end;
      }
    position += run;
  });
  const xs = [...top.keys()].sort((a, b) => a - b);
  const upper = xs.flatMap((x) => [x, top.get(x)!, x + 1, top.get(x)!]);
  const lower = xs.reverse().flatMap((x) => [x + 1, bottom.get(x)!, x, bottom.get(x)!]);
  return [...upper, ...lower];
}
