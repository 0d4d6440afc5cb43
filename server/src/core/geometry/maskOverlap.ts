import { decompressCounts, type Rle } from './rle';

/** A mask as alternating start and end positions in COCO's column-major order. */
export interface MaskRuns {
  readonly edges: Int32Array;
  readonly area: number;
}

/** Runs of a COCO mask, for comparisons with other masks of the same image. */
export const maskRuns = ({ counts }: Rle): MaskRuns => maskOfRuns(decompressCounts(counts));

/** Converts alternating run lengths of zeros and ones, zeros first. */
export function maskOfRuns(runs: readonly number[]): MaskRuns {
  const edges: number[] = [];
  let position = 0;
  let area = 0;
  runs.forEach((run, i) => {
    if (i % 2 && run > 0) {
      area += run;
      if (edges.length && edges.at(-1) === position) edges[edges.length - 1] = position + run;
      else edges.push(position, position + run);
    }
    position += run;
  });
  return { edges: Int32Array.from(edges), area };
}

/** Union of several masks of one image. */
export function joinMasks(masks: readonly MaskRuns[]): MaskRuns {
  const intervals: [number, number][] = [];
  for (const { edges } of masks) for (let k = 0; k < edges.length; k += 2) intervals.push([edges[k]!, edges[k + 1]!]);
  intervals.sort((a, b) => a[0] - b[0]);
  const edges: number[] = [];
  for (const [from, to] of intervals)
    if (edges.length && from <= edges.at(-1)!) edges[edges.length - 1] = Math.max(edges.at(-1)!, to);
    else edges.push(from, to);
  const area = edges.reduce((s, e, i) => (i % 2 ? s + e : s - e), 0);
  return { edges: Int32Array.from(edges), area };
}

/** Number of pixels in both masks. */
export function sharedArea(a: MaskRuns, b: MaskRuns): number {
  let [i, j, area] = [0, 0, 0];
  while (i < a.edges.length && j < b.edges.length) {
    area += Math.max(0, Math.min(a.edges[i + 1]!, b.edges[j + 1]!) - Math.max(a.edges[i]!, b.edges[j]!));
    if (a.edges[i + 1]! < b.edges[j + 1]!) i += 2;
    else j += 2;
  }
  return area;
}
