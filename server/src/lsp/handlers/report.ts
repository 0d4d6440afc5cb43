import { commonFolder } from '../../engine/files/commonFolder';
import { writeOutputFile } from '../../engine/files/writeOutput';
import { NotCached } from '../../engine/estimate/measureImage';
import { defaultFoil } from '../../engine/measure/foil';
import { ReportMeasurement } from '../../engine/report/measureReport';
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
    const page = await htmlReport({
      estimates,
      folder,
      target: file,
      generated: new Date(),
      version: process.env.TEM_GAUGE_VERSION ?? '',
      thresholds: { low: settings['thresholds.low'], review: settings['thresholds.review'] },
      scoreThreshold: settings['thresholds.score'] || undefined,
      quantities: await measured(
        session,
        folder,
        estimates.map((e) => e.file),
      ),
    });
    await writeOutputFile(file, page);
    return { written: file, images: estimates.length };
  });
}

/** Masks are not kept with the results; the cache has them. An image that left the cache has no quantities. */
function measured(session: Session, folder: string, files: readonly string[]) {
  return session.use(async (engine) => {
    const measurement = new ReportMeasurement(folder, defaultFoil);
    for (const file of files)
      try {
        measurement.add(await engine.estimateImage(file, { cachedOnly: true, priority: 'batch' }));
      } catch (error) {
        if (!(error instanceof NotCached)) throw error;
      }
    return measurement.result();
  });
}
