import fs from 'node:fs/promises';
import type { Estimate } from '../../engine/engine.types';
import { commonFolder } from '../../engine/files/commonFolder';
import { writeOutputFile } from '../../engine/files/writeOutput';
import { NotCached } from '../../engine/estimate/measureImage';
import { defaultFoil } from '../../engine/measure/foil';
import { ReportParts } from '../../engine/report/reportParts';
import { htmlReport } from '../../engine/report/page';
import { fileOf } from '../fileUri';
import { recheckChanged } from '../recheck';
import type { Requests } from '../requests';
import type { Session } from '../session';

/** Writes the report of the results that are shown. */
export function registerReport(requests: Requests, session: Session): void {
  requests.on('tem-gauge/report', async ({ uri }) => {
    const { file } = fileOf(uri);
    await recheckChanged(session);
    if (session.results.size === 0) throw new Error('No image has been estimated yet: run an audit first.');
    const estimates = session.results.estimates();
    const folder = commonFolder(estimates.map((e) => e.file));
    const settings = await session.settings.current();
    const parts = new ReportParts(folder, { images: estimates.length, foil: defaultFoil, cacheDir: session.storage });
    await collect(session, parts, estimates);
    const page = htmlReport({
      estimates,
      folder,
      target: file,
      generated: new Date(),
      version: process.env.TEM_GAUGE_VERSION ?? '',
      thresholds: { low: settings['thresholds.low'], review: settings['thresholds.review'] },
      scoreThreshold: settings['thresholds.score'] || undefined,
      ...(await parts.result()),
      skipped: await existing(session.skipped.all()),
    });
    await writeOutputFile(file, page);
    return { written: file, images: estimates.length };
  });
}

/** Results have no masks; they come from the cache. An image that is no longer in the cache has no quantities. */
function collect(session: Session, parts: ReportParts, estimates: readonly Estimate[]): Promise<void> {
  return session.use(async (engine) => {
    for (const known of estimates)
      try {
        parts.add(await engine.estimateImage(known.file, { cachedOnly: true, priority: 'batch' }));
      } catch (error) {
        if (!(error instanceof NotCached)) throw error;
        parts.addPicture(known);
      }
  });
}

async function existing(files: readonly string[]): Promise<string[]> {
  const there = await Promise.all(files.map((f) => fs.stat(f).then(() => true, () => false))); // prettier-ignore
  return files.filter((_, i) => there[i]);
}
