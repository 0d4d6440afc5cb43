import type { Estimate } from '../engine.types';
import { thumbnail } from '../image/thumbnail';

/** Bytes that all thumbnails of a page may take together. */
const budget = 18e6;
/** Images read at a time: decoding waits for the disk, and JPEG encoding runs in threads of its own. */
const atOnce = 4;

/** Size and quality by number of images: few are worth a closer look, many must fit. */
export function thumbnailPlan(images: number): { side: number; quality: number; most: number } {
  const most = Math.floor(budget / Math.max(1, images));
  if (images <= 150) return { side: 400, quality: 75, most };
  if (images <= 600) return { side: 248, quality: 70, most };
  return { side: 160, quality: 60, most };
}

/** JPEG data URIs in the order of the estimates; null for images that cannot be read. */
export async function thumbnails(estimates: readonly Estimate[]): Promise<(string | null)[]> {
  const plan = thumbnailPlan(estimates.length);
  const out = new Array<string | null>(estimates.length).fill(null);
  let next = 0;
  const work = async () => {
    while (next < estimates.length) {
      const i = next++;
      if (estimates[i]!.image) out[i] = await thumbnail(estimates[i]!.file, plan).catch(() => null);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return out;
}
