import { decompressCounts } from '../../server/src/core/geometry/rle';

/** Intersection over union of two COCO run-length masks of the same size. */
export function maskIou(a: { counts: string }, b: { counts: string }): number {
  const runs = [a, b].map((m) => decompressCounts(m.counts));
  let [shared, union] = [0, 0];
  const at = [0, 0];
  const left = runs.map((r) => r[0]!);
  while (at[0]! < runs[0]!.length && at[1]! < runs[1]!.length) {
    const step = Math.min(left[0]!, left[1]!);
    const on = at.map((i) => i % 2 === 1);
    if (on[0] && on[1]) shared += step;
    if (on[0] || on[1]) union += step;
    for (const k of [0, 1] as const) {
      left[k]! -= step;
      if (left[k] === 0) left[k] = runs[k]![++at[k]!] ?? 0;
    }
  }
  return union ? shared / union : 1;
}
