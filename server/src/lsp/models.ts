import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { importAny } from '../engine/import/importModel';
import { describeModel, listModels, modelCard, removeModel, verifyModel } from '../engine/models/modelStore';
import type { RequestName, RequestTable } from '../protocol/methods';

type Guard = <T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Requests about models; none of them needs the engine. */
export function registerModelRequests(connection: Connection, guard: Guard): void {
  const on = <M extends RequestName>(
    method: M,
    handle: (params: RequestTable[M]['params']) => Promise<RequestTable[M]['result']>,
  ) =>
    connection.onRequest(method, (params: RequestTable[M]['params'], token: CancellationToken) =>
      guard(token, () => handle(params)),
    );
  on('tem-gauge/models', () => listModels());
  on('tem-gauge/importModel', async (params) => {
    const { kind, dir, notices } = await importAny(params);
    return { kind, model: await describeModel(dir), notices: [...notices] };
  });
  on('tem-gauge/modelCard', async ({ path }) => ({ card: await modelCard(path) }));
  on('tem-gauge/verifyModel', ({ path }) => verifyModel(path));
  on('tem-gauge/removeModel', async ({ path }) => ({ removed: await removeModel(path) }));
}
