import { FileChangeType, type Connection } from 'vscode-languageserver/node';
import { z } from 'zod';
import { fileOf } from '../fileUri';
import { recheck } from '../recheck';
import type { Requests } from '../requests';
import { stampOf } from '../../engine/files/fileStamp';
import type { Session } from '../session';

const notification = z.object({ changes: z.array(z.object({ uri: z.string(), type: z.number() })) });

/** Updates results after changes of files: those of deleted files and folders are removed; those of changed files come from the cache or are removed. */
export function registerFiles(connection: Connection, requests: Requests, session: Session): void {
  let last: Promise<void> = Promise.resolve();
  connection.onDidChangeWatchedFiles((params) => {
    const parsed = notification.safeParse(params);
    if (!parsed.success || !requests.running) return;
    last = last
      .then(() => follow(session, parsed.data.changes))
      .catch((error: Error) => connection.console.error(error.message));
  });
}

async function follow(session: Session, changes: z.infer<typeof notification>['changes']): Promise<void> {
  const changed = new Set<string>();
  for (const { uri, type } of changes)
    for (const known of resultsAt(session, uri)) {
      // A replaced file is reported as deleted and created; it exists with another stamp.
      if (type === FileChangeType.Deleted && !(await wasReplaced(session, known))) session.forget([known]);
      else changed.add(known);
    }
  await recheck(session, [...changed]);
}

async function wasReplaced(session: Session, uri: string): Promise<boolean> {
  const result = session.results.get(uri);
  const stamp = result ? await stampOf(result.file) : null;
  return stamp !== null && stamp !== result?.stamp;
}

function resultsAt(session: Session, uri: string): string[] {
  try {
    return session.results.under(fileOf(uri).file);
  } catch {
    return [];
  }
}
