import { findImages } from '../../engine/audit/findImages';
import type { AuditSummary } from '../../engine/engine.types';
import { linkSignals } from '../../engine/linkSignals';
import type { AuditSummaryDto } from '../../protocol/types';
import { fileOf, uriOf } from '../fileUri';
import { workDoneProgress } from '../progress';
import type { Requests } from '../requests';
import { stampOf } from '../results';
import type { Session } from '../session';
import type { Connection } from 'vscode-languageserver/node';

/** Audits of files and folders, one at a time: a new audit ends the running one, whose answer is then `cancelled`. */
export function registerAudit(connection: Connection, requests: Requests, session: Session): void {
  let running: AbortController | null = null;
  requests.on('tem-gauge/audit', async ({ uris, workDoneToken }, signal) => {
    const inputs = uris.map((uri) => fileOf(uri).file);
    running?.abort();
    const own = (running = new AbortController());
    const linked = linkSignals(signal, own.signal);
    const progress = workDoneProgress(connection, workDoneToken);
    try {
      const s = await session.settings.current();
      const { files, skipped } = await findImages(inputs, { include: s['audit.include'], exclude: s['audit.exclude'] });
      session.skipped.note(inputs, skipped);
      for (;;) {
        const generation = session.generation;
        const summary = await auditOnce(session, files, linked.signal, progress.report);
        // Settings changed during the audit: begin again, so that every row has the new settings; finished images come from the cache.
        if (summary && (linked.signal.aborted || generation === session.generation))
          return { ...summary, skipped: { count: skipped.length, files: skipped.slice(0, 100) } };
      }
    } finally {
      linked.unlink();
      progress.end();
      session.outbox.flush();
    }
  });
}

/** @returns null if the settings changed before the end */
async function auditOnce(
  session: Session,
  files: readonly string[],
  signal: AbortSignal,
  report: (done: number, total: number, low: number) => void,
): Promise<Omit<AuditSummaryDto, 'skipped'> | null> {
  let summary: AuditSummary | undefined;
  let low = 0;
  const model = await session.use(async (engine, generation) => {
    for await (const event of engine.auditDataset(files, { signal })) {
      if (generation !== session.generation && !signal.aborted) break;
      if (event.kind === 'finished') summary = event.summary;
      if (event.kind !== 'image') continue;
      const { estimate, done, total } = event;
      if (estimate.reliability === 'unreliable') low++;
      const image = { uri: uriOf(estimate.file), file: estimate.file };
      session.record(image, await stampOf(estimate.file), estimate, { done, total, low });
      report(done, total, low);
    }
    return engine.model;
  });
  return summary ? { schema: 'tem-gauge/audit@1', ...summary, model } : null;
}
