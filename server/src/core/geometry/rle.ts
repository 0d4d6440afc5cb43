import type { PixelWindow, Size } from './size';

/** COCO run-length mask: column-major, alternating runs of zeros and ones, zeros first. */
export interface Rle {
  /** [height, width] */
  readonly size: readonly [number, number];
  /** COCO's compressed text (maskApi.c rleToString). */
  readonly counts: string;
}

/** Compresses run lengths as pycocotools does: LEB128-like groups of five bits, differences to two runs before. */
export function compressCounts(counts: readonly number[]): string {
  let text = '';
  for (let i = 0; i < counts.length; i++) {
    let x = counts[i]! - (i > 2 ? counts[i - 2]! : 0);
    for (let more = true; more;) {
      let c = x & 0x1f;
      x >>= 5;
      more = c & 0x10 ? x !== -1 : x !== 0;
      if (more) c |= 0x20;
      text += String.fromCharCode(c + 48);
    }
  }
  return text;
}

/** The run lengths of compressed text. */
export function decompressCounts(text: string): number[] {
  const counts: number[] = [];
  for (let p = 0; p < text.length;) {
    let x = 0;
    let shift = 0;
    let c: number;
    do {
      c = text.charCodeAt(p++) - 48;
      x |= (c & 0x1f) << shift;
      shift += 5;
      if (!(c & 0x20) && c & 0x10) x |= -1 << shift;
    } while (c & 0x20 && p < text.length);
    counts.push(counts.length > 2 ? x + counts[counts.length - 2]! : x);
  }
  return counts;
}

/** The mask's pixels column by column: x, first y, and the y after the last. */
export function columnSpans(rle: Rle): [x: number, y0: number, y1: number][] {
  const height = rle.size[0];
  const spans: [number, number, number][] = [];
  let position = 0;
  decompressCounts(rle.counts).forEach((run, i) => {
    const end = position + run;
    // A run may continue in the next columns.
    for (let from = position; i % 2 === 1 && from < end;) {
      const x = Math.floor(from / height);
      const to = Math.min(end, (x + 1) * height);
      spans.push([x, from - x * height, to - x * height]);
      from = to;
    }
    position = end;
  });
  return spans;
}

/** Number of mask pixels. */
export const rleArea = (rle: Rle): number =>
  decompressCounts(rle.counts).reduce((area, run, i) => (i % 2 ? area + run : area), 0);

/**
 * Encodes a bitmap that covers a window of a larger image.
 * @param bits row-major, 0 or 1, of the window's size
 */
export function encodeWindow(bits: Uint8Array, window: PixelWindow, { width, height }: Size): Rle {
  const { x: x0, y: y0, width: w, height: h } = window;
  const counts: number[] = [];
  let position = 0;
  for (let x = 0; x < w; x++)
    for (let y = 0; y < h; y++) {
      if (!bits[y * w + x]) continue;
      const start = y;
      while (y < h && bits[y * w + x]) y++;
      const from = (x0 + x) * height + y0 + start;
      if (counts.length && from === position) counts[counts.length - 1]! += y - start;
      else counts.push(from - position, y - start);
      position = (x0 + x) * height + y0 + y;
    }
  if (position < width * height) counts.push(width * height - position);
  return { size: [height, width], counts: compressCounts(counts) };
}
