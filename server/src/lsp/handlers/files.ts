import { FileChangeType, type Connection } from 'vscode-languageserver/node';
import { z } from 'zod';
import { fileOf } from '../fileUri';
import { recheck } from '../recheck';
import type { Requests } from '../requests';
import type { Session } from '../session';

const notification = z.object({ changes: z.array(z.object({ uri: z.string(), type: z.number() })) });

/** Results follow their files: deleted ones (also with their folder) leave, changed ones are read again from the cache or leave. */
export function registerFiles(connection: Connection, requests: Requests, session: Session): void {
  let last = Promise.resolve();
  connection.onDidChangeWatchedFiles((params) => {
    const parsed = notification.safeParse(params);
    if (!parsed.success || !requests.running) return;
    const changed = new Set<string>();
    for (const { uri, type } of parsed.data.changes)
      for (const known of resultsAt(session, uri)) {
        if (type === FileChangeType.Deleted) session.forget([known]);
        else changed.add(known);
      }
    if (changed.size === 0) return;
    last = last
      .then(() => recheck(session, [...changed]))
      .then(() => undefined)
      .catch((error: Error) => connection.console.error(error.message));
  });
}

function resultsAt(session: Session, uri: string): string[] {
  try {
    return session.results.under(fileOf(uri).file);
  } catch {
    return [];
  }
}
