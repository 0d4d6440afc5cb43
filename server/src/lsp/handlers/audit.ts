import { runAudit, type EngineAccess } from '../../engine/audit/runAudit';
import { linkSignals } from '../../engine/linkSignals';
import { AuditRecorder } from '../auditRecorder';
import { fileOf } from '../fileUri';
import { workDoneProgress } from '../progress';
import { skippedSummary } from '../skippedFiles';
import type { Requests } from '../requests';
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
      const recorder = new AuditRecorder(session);
      const { summary, model, found } = await runAudit(
        sessionEngine(session),
        {
          inputs,
          literal: true,
          include: s['audit.include'],
          exclude: s['audit.exclude'],
          options: { signal: linked.signal },
        },
        {
          onFound: (all) => session.skipped.note(inputs, all.skipped),
          onImage: async ({ row, progress: { done, total, byReliability } }) => {
            const low = byReliability.unreliable;
            await recorder.record(row, { done, total, low });
            progress.report(done, total, low);
          },
        },
      );
      if (!linked.signal.aborted) await recorder.settle(linked.signal).catch(ignoreCancellation);
      return { schema: 'tem-gauge/audit@1', ...summary, skipped: skippedSummary(found.skipped), model };
    } finally {
      linked.unlink();
      progress.end();
      session.outbox.flush();
    }
  });
}

/** The engine of the session's settings, which may change while an audit runs. */
export const sessionEngine = (session: Session): EngineAccess => ({
  use: (work) => session.use(work),
  generation: () => session.generation,
});

/** The audit itself was complete. */
function ignoreCancellation(error: Error): void {
  if (error.name !== 'AbortError') throw error;
}
