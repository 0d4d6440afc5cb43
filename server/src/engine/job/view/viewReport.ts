import { withoutMasks } from '../../estimate/estimateDto';
import type { Estimate } from '../../engine.types';
import { defaultThresholds } from '../../engine';
import { htmlReport } from '../../report/page';
import { Thumbnails } from '../../report/thumbnails';
import { jobEngine, type TaskOptions } from '../jobEngine';
import { estimateOf } from '../jobEstimates';
import type { JobView } from './jobView';

/** Images that a report of a job lists; the figures are those of all. */
const listedImages = 500;

/**
 * The page of a job: verdict and distribution of all its results, and the worst images with pictures. Their estimates come
 * from the stored records, by the job's own model; the network is not loaded.
 * @throws JobError when the model has changed since the job was planned
 */
export async function viewReport(
  view: JobView,
  target: string,
  options: TaskOptions = {},
): Promise<{ page: string; listed: number }> {
  const engine = await jobEngine(view.job, options);
  try {
    const estimates: Estimate[] = [];
    const thumbnails = new Thumbnails(listedImages, engine.thumbnail);
    const worst = await view.list({ groupBy: 'none', group: '', text: '', levels: [] });
    for (const image of worst.subarray(0, listedImages)) {
      const stored = await view.stored(image);
      if (!stored) continue;
      const estimate = withoutMasks(estimateOf(engine, view.job.root, stored));
      thumbnails.request(estimate);
      estimates.push(estimate);
    }
    const { byReliability, done, failed, unread, images } = view.counts();
    const page = htmlReport({
      estimates,
      pictures: await thumbnails.finish(),
      whole: { images: done + failed, unread, byReliability, results: view.summaries() },
      folder: view.job.root,
      target,
      generated: new Date(),
      version: process.env.TEM_GAUGE_VERSION ?? '',
      thresholds: defaultThresholds,
      scoreThreshold: view.job.engine.scoreThreshold ?? undefined,
      stoppedOf: done + failed < images ? images : undefined,
    });
    return { page, listed: estimates.length };
  } finally {
    await engine.dispose();
  }
}
