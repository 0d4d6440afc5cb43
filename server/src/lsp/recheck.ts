import { NotCached } from '../engine/estimate/measureImage';
import { stampOf } from '../engine/files/fileStamp';
import type { Session } from './session';

/**
 * Updates results to their files and the settings, only from the cache. A result is removed if its file was deleted
 * or if the cache does not contain the file's present content.
 * @returns URIs of the results that were removed although their files exist
 * @throws the signal's reason when it is aborted
 */
export async function recheck(session: Session, uris: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const unknown: string[] = [];
  for (const uri of uris) {
    signal?.throwIfAborted();
    const result = session.results.get(uri);
    if (!result) continue;
    const { file } = result;
    const stamp = await stampOf(file);
    if (stamp === null) {
      session.forget([uri]);
      continue;
    }
    try {
      const estimate = await session.use((engine) =>
        engine.estimateImage(file, { cachedOnly: true, priority: 'batch' }),
      );
      // The result may have been replaced or removed in the meantime.
      if (session.results.get(uri) === result) session.record({ uri, file }, stamp, estimate);
    } catch (error) {
      if (!(error instanceof NotCached)) throw error;
      unknown.push(uri);
    }
  }
  session.forget(unknown);
  session.outbox.flush();
  return unknown;
}

/** Rechecks the results whose files have changed since they were read. */
export async function recheckChanged(session: Session, signal?: AbortSignal): Promise<void> {
  const changed: string[] = [];
  for (const [uri, { file, stamp }] of session.results.entries())
    if ((await stampOf(file)) !== stamp) changed.push(uri);
  await recheck(session, changed, signal);
}
