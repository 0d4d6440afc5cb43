import fs from 'node:fs/promises';
import { commonFolder } from '../../engine/files/commonFolder';
import { writeOutputFile } from '../../engine/files/writeOutput';
import { foilOf } from '../../engine/measure/foil';
import { completeRows } from '../../engine/report/completeRows';
import { htmlReport } from '../../engine/report/page';
import { fileOf } from '../fileUri';
import { recheckChanged } from '../recheck';
import type { Requests } from '../requests';
import type { Session } from '../session';

/** Writes the report of the results that are shown. */
export function registerReport(requests: Requests, session: Session): void {
  requests.on('tem-gauge/report', async ({ uri, ...foil }, signal) => {
    const { file } = fileOf(uri);
    await recheckChanged(session, signal);
    if (session.results.size === 0) throw new Error('No image has been estimated yet: run an audit first.');
    const rows = session.results.rows();
    const folder = commonFolder(rows.map((e) => e.file));
    const complete = await session.use((engine) => completeRows(engine, { rows, folder, foil: foilOf(foil), signal }));
    const settings = await session.settings.current();
    const page = htmlReport({
      ...complete,
      folder,
      target: file,
      generated: new Date(),
      version: process.env.TEM_GAUGE_VERSION ?? '',
      thresholds: { low: settings['thresholds.low'], review: settings['thresholds.review'] },
      scoreThreshold: settings['thresholds.score'] || undefined,
      skipped: await existing(session.skipped.all()),
    });
    signal.throwIfAborted();
    await writeOutputFile(file, page);
    return { written: file, images: rows.length };
  });
}

async function existing(files: readonly string[]): Promise<string[]> {
  const there = await Promise.all(files.map((f) => fs.stat(f).then(() => true, () => false))); // prettier-ignore
  return files.filter((_, i) => there[i]);
}
