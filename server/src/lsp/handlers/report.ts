import fs from 'node:fs/promises';
import { htmlReport } from '../../engine/report/html';
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
    await fs.writeFile(file, await htmlReport(estimates, new Map(), new Date()));
    return { written: file, images: estimates.length };
  });
}
