import { createConnection, ErrorCodes, ProposedFeatures, ResponseError } from 'vscode-languageserver/node';
import { startupFacts } from '../engine/startup/startupFacts';
import { startupProblem } from '../engine/startup/startupProblem';

// IPC from VS Code; `--stdio` for any other editor. Standard output belongs to the protocol.
const connection = createConnection(ProposedFeatures.all);
// The editor is gone: nobody waits for what still runs.
process.once('disconnect', () => process.exit(1));
process.stdout.on('error', () => process.exit(1));
// One faulty request must not end the session of all others.
process.on('unhandledRejection', (reason) => {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  connection.console.error(`Unexpected: ${text}`);
});

const problem = startupProblem(startupFacts());
if (problem) {
  // Editors show the message of a failed initialization.
  connection.onInitialize(() => new ResponseError(ErrorCodes.InternalError, problem));
  connection.onExit(() => process.exit(1));
  connection.listen();
} else {
  // Loaded only now: these modules need the native libraries as soon as they are loaded.
  void import('./server').then(({ startServer }) => startServer(connection));
}
