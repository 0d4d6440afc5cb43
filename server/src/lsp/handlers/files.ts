import { setTimeout } from 'node:timers/promises';
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
    const report = (error: Error) => connection.console.error(error.message);
    last = last
      .then(() => forgetDeleted(session, parsed.data.changes))
      // Other changes are followed meanwhile.
      .then((changed) => void recheckWritten(session, changed).catch(report))
      .catch(report);
  });
}

/** Removes the results of deleted files. @returns URIs of the results whose files were changed or replaced */
async function forgetDeleted(session: Session, changes: z.infer<typeof notification>['changes']): Promise<string[]> {
  const changed = new Set<string>();
  for (const { uri, type } of changes)
    for (const known of resultsAt(session, uri)) {
      // A replaced file is reported as deleted and created; it exists with another stamp.
      if (type === FileChangeType.Deleted && !(await wasReplaced(session, known))) session.forget([known]);
      else changed.add(known);
    }
  session.outbox.flush();
  return [...changed];
}

async function recheckWritten(session: Session, changed: readonly string[]): Promise<void> {
  if (changed.length === 0) return;
  await settled(changed.flatMap((uri) => session.results.get(uri)?.file ?? []));
  await recheck(session, changed);
}

/** Milliseconds without a change after which a file counts as written, and how often that is looked at. */
const quietMs = 300;
const mostLooks = 100;

/** Waits until no file changes any more: half of a file is neither in the cache nor the end of its results. */
async function settled(files: readonly string[]): Promise<void> {
  const look = async () => (await Promise.all(files.map((file) => stampOf(file)))).join();
  for (let i = 0, before = await look(); i < mostLooks; i++) {
    await setTimeout(quietMs);
    const now = await look();
    if (now === before) return;
    before = now;
  }
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
