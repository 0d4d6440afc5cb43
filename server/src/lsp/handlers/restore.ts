import { runAudit } from '../../engine/audit/runAudit';
import { AuditRecorder } from '../auditRecorder';
import { fileOf, uriOf } from '../fileUri';
import { recheckChanged } from '../recheck';
import type { Requests } from '../requests';
import type { Session } from '../session';
import { skippedSummary } from '../skippedFiles';
import { sessionEngine } from './audit';

/** Restores results after a reload or a crash, and updates them after the editor was inactive, only from the cache. */
export function registerRestore(requests: Requests, session: Session): void {
  requests.on('tem-gauge/restore', async ({ uris }, signal) => {
    const s = await session.settings.current();
    const inputs = uris.map((uri) => fileOf(uri).file);
    let known = 0;
    const recorder = new AuditRecorder(session);
    const { summary, found } = await runAudit(
      sessionEngine(session),
      {
        inputs,
        literal: true,
        include: s['audit.include'],
        exclude: s['audit.exclude'],
        omit: (file) => {
          const shown = session.results.get(uriOf(file)) !== undefined;
          if (shown) known++;
          return shown;
        },
        options: { signal, cachedOnly: true },
      },
      {
        onFound: ({ skipped }) => session.skipped.note(inputs, skipped),
        onImage: ({ row }) => recorder.record(row),
      },
    );
    session.outbox.flush();
    signal.throwIfAborted();
    return { restored: known + summary.done, total: known + summary.total, skipped: skippedSummary(found.skipped) };
  });
  requests.on('tem-gauge/refresh', async (_, signal) => {
    await recheckChanged(session, signal);
    return { results: session.results.size };
  });
}
