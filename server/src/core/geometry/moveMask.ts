import type { Size } from './size';
import { compressCounts, decompressCounts, type Rle } from './rle';

/**
 * A mask in another frame: moved by whole pixels, and cropped where it leaves that frame. Works on the runs: a frame of
 * many megapixels is never decoded.
 * @param to where the mask's upper left corner lies in the new frame, in pixels; may be negative
 * @param frame size of the new frame
 * @returns the same object where nothing changes
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
    // A run of ones may go on in the next columns: each column's piece is moved by itself.
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
