import type { Size } from './size';
import { compressCounts, decompressCounts, type Rle } from './rle';

/**
 * Moves a mask by whole pixels into another frame and crops it there. It works on the runs, so a frame of
 * many megapixels is never decoded.
 * @param to position of the mask's upper left corner in the new frame, in pixels; may be negative
 * @param frame size of the new frame
 * @returns the same object if nothing changes
 */
export function moveMask(mask: Rle, to: { readonly x: number; readonly y: number }, frame: Size): Rle {
  const { x: dx, y: dy } = to;
  const { width, height } = frame;
  const [ownHeight, ownWidth] = mask.size;
  if (dx === 0 && dy === 0 && ownWidth === width && ownHeight === height) return mask;
  const counts: number[] = [];
  let position = 0;
  const add = (from: number, end: number) => {
    if (counts.length && from === position) counts[counts.length - 1]! += end - from;
    else counts.push(from - position, end - from);
    position = end;
  };
  let start = 0;
  decompressCounts(mask.counts).forEach((run, i) => {
    const end = start + run;
    // A run of ones may continue in the next columns; the part in each column is moved separately.
    for (let from = start; i % 2 === 1 && from < end;) {
      const column = Math.floor(from / ownHeight);
      const next = Math.min(end, (column + 1) * ownHeight);
      const x = column + dx;
      const top = Math.max(0, from - column * ownHeight + dy);
      const bottom = Math.min(height, next - column * ownHeight + dy);
      if (x >= 0 && x < width && top < bottom) add(x * height + top, x * height + bottom);
      from = next;
    }
    start = end;
  });
  if (position < width * height) counts.push(width * height - position);
  return { size: [height, width], counts: compressCounts(counts) };
}
