import path from 'node:path';
import { ErrorCodes, ResponseError, type Connection, type InitializeParams } from 'vscode-languageserver/node';
import { z } from 'zod';
import { registerAudit } from './handlers/audit';
import { registerCommands, serverCommands } from './handlers/command';
import { registerConfiguration } from './handlers/configuration';
import { registerEstimate } from './handlers/estimate';
import { registerExport } from './handlers/export';
import { registerFiles } from './handlers/files';
import { registerJobResults } from './handlers/jobResults';
import { registerModels } from './handlers/models';
import { registerPreview } from './handlers/preview';
import { registerMeasure } from './handlers/measure';
import { registerQuantities } from './handlers/quantities';
import { registerReport } from './handlers/report';
import { registerRestore } from './handlers/restore';
import { registerTraining } from './handlers/training';
import { Requests } from './requests';
import { Session } from './session';

const initialization = z.object({
  initializationOptions: z
    .object({
      storagePath: z.string().refine(path.isAbsolute, 'an absolute path is needed').optional(),
      settings: z.unknown().optional(),
    })
    .nullish(),
  capabilities: z.object({ workspace: z.object({ configuration: z.boolean().optional() }).nullish() }).nullish(),
});

/** Connects session and handlers to a connection; the network is loaded at the first estimate. */
export function startServer(connection: Connection): void {
  const session = new Session(connection);
  const requests = new Requests(connection, session.status);

  connection.onInitialize((params: InitializeParams) => {
    const parsed = initialization.safeParse(params);
    if (!parsed.success)
      throw new ResponseError(
        ErrorCodes.InvalidParams,
        `initialize: ${parsed.error.issues[0]?.message ?? 'not valid'}.`,
      );
    requests.begin();
    const { initializationOptions: options, capabilities } = parsed.data;
    if (options?.storagePath) session.storage = options.storagePath;
    session.settings.begin(capabilities?.workspace?.configuration === true, options?.settings ?? {});
    return {
      capabilities: {
        executeCommandProvider: { commands: [...serverCommands] },
        // A client can end a server that does not answer.
        experimental: { processId: process.pid },
      },
      serverInfo: { name: 'tem-gauge', version: process.env.TEM_GAUGE_VERSION ?? '' },
    };
  });
  connection.onInitialized(() => void session.settings.current());
  connection.onShutdown(async () => {
    requests.end();
    await session.dispose();
  });

  registerEstimate(requests, session);
  registerPreview(requests, session);
  registerAudit(connection, requests, session);
  registerRestore(requests, session);
  registerMeasure(requests, session);
  registerQuantities(requests, session);
  registerReport(requests, session);
  registerExport(requests, session);
  registerJobResults(connection, requests, session);
  registerModels(requests);
  registerTraining(connection, requests, session);
  registerCommands(requests);
  registerConfiguration(connection, requests, session);
  registerFiles(connection, requests, session);
  connection.listen();
}
