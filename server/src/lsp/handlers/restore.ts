import { findImages } from '../../engine/audit/findImages';
import { fileOf, uriOf } from '../fileUri';
import { recheckChanged } from '../recheck';
import type { Requests } from '../requests';
import { stampOf } from '../results';
import type { Session } from '../session';

/** Restores results after a reload or a crash, and updates them after the editor was inactive, from the cache alone. */
export function registerRestore(requests: Requests, session: Session): void {
  requests.on('tem-gauge/restore', async ({ uris }, signal) => {
    const s = await session.settings.current();
    const inputs = uris.map((uri) => fileOf(uri).file);
    const { files, skipped } = await findImages(inputs, { include: s['audit.include'], exclude: s['audit.exclude'] });
    session.skipped.note(inputs, skipped);
    const missing = files.filter((file) => !session.results.get(uriOf(file)));
    let restored = files.length - missing.length;
    await session.use(async (engine) => {
      for await (const event of engine.auditDataset(missing, { signal, cachedOnly: true })) {
        if (event.kind !== 'image') continue;
        const { file } = event.estimate;
        session.record({ uri: uriOf(file), file }, await stampOf(file), event.estimate);
        restored++;
      }
    });
    session.outbox.flush();
    return { restored, total: files.length };
  });
  requests.on('tem-gauge/refresh', async () => {
    await recheckChanged(session);
    return { results: session.results.size };
  });
}
