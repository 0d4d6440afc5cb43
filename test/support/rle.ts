import { decompressCounts, type Rle } from '../../server/src/core/geometry/rle';

/** Row-major 0/1 bitmap. */
export function decodeRle(rle: Rle): Uint8Array {
  const [height, width] = rle.size;
  const bitmap = new Uint8Array(width * height);
  let position = 0;
  decompressCounts(rle.counts).forEach((run, i) => {
    if (i % 2)
      for (let k = position; k < position + run; k++) bitmap[(k % height) * width + Math.floor(k / height)] = 1;
    position += run;
  });
  return bitmap;
}
