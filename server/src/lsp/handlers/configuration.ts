import type { Connection } from 'vscode-languageserver/node';
import type { Settings } from '../../protocol/settings';
import { printable } from '../../core/text/printable';
import { recheck } from '../recheck';
import type { Requests } from '../requests';
import type { Session } from '../session';

/** New thresholds or a new forest assess the shown results again, only from the cache. */
export function registerConfiguration(connection: Connection, requests: Requests, session: Session): void {
  let last = Promise.resolve();
  let first = true;
  session.settings.onProblems = (problems) => problems.forEach((p) => session.warn(p));
  session.settings.onLoad = (settings: Settings) => {
    const changed = session.apply(settings);
    if (changed && !first) last = last.then(() => relevel(connection, session));
    first = false;
  };
  connection.onDidChangeConfiguration((change) => {
    if (!requests.running) return;
    const sent = change?.settings as { temGauge?: unknown } | undefined;
    void session.settings.changed(sent?.temGauge);
  });
}

async function relevel(connection: Connection, session: Session): Promise<void> {
  const uris = session.results.entries().map(([uri]) => uri);
  if (uris.length === 0) return;
  try {
    const left = await recheck(session, uris);
    if (left.length > 0)
      session.warn(
        `${left.length} of ${uris.length} images have no detections of this model yet: run the audit again.`,
      );
  } catch (error) {
    if ((error as Error).name === 'AbortError') return;
    // The results of the earlier settings are kept until the new settings can be used.
    connection.console.error(printable((error as Error).message));
    session.warn(`${(error as Error).message} The results that are shown were made with the earlier settings.`);
  }
}
