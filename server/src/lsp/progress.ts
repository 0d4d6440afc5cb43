import type { Connection } from 'vscode-languageserver/node';
import type { ProgressToken } from '../protocol/methods';

/** Work-done progress of the Language Server Protocol for a client that sent a token; silent without one. */
export function workDoneProgress(connection: Connection, token: ProgressToken | undefined) {
  const send = (value: object) => {
    if (token !== undefined) void connection.sendNotification('$/progress', { token, value });
  };
  send({ kind: 'begin', title: 'Auditing images', cancellable: true, percentage: 0 });
  return {
    report: (done: number, total: number, low: number) =>
      send({ kind: 'report', message: `${done} / ${total}, ${low} low`, percentage: Math.round((100 * done) / total) }),
    end: () => send({ kind: 'end' }),
  };
}
