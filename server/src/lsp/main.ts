import os from 'node:os';
import {
  createConnection,
  createServerSocketTransport,
  ErrorCodes,
  ProposedFeatures,
  ResponseError,
  type Connection,
} from 'vscode-languageserver/node';
import { startupFacts } from '../engine/startup/startupFacts';
import { startupProblem } from '../engine/startup/startupProblem';

// IPC from VS Code; `--stdio` for other editors. Standard output is reserved for the protocol.
const connection = connect();
// The editor has ended, so running work is not needed any more.
process.once('disconnect', () => process.exit(1));
process.stdout.on('error', () => process.exit(1));
// Unlike the system's default, process.exit deletes unfinished files.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
// A failure in one request must not end the session.
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
  // Loaded after the check, because these modules load the native libraries.
  void import('./server').then(({ startServer }) => startServer(connection));
}

/** The transport of the command line. Unlike pipes, the library does not watch a socket that closes. */
function connect(): Connection {
  const port = /^--socket(?:=(\d+))?$/;
  const at = process.argv.findIndex((argument) => port.test(argument));
  if (at < 0) return createConnection(ProposedFeatures.all);
  const number = Number(port.exec(process.argv[at]!)![1] ?? process.argv[at + 1]);
  const [reader, writer] = createServerSocketTransport(number);
  for (const end of [reader, writer]) end.onClose(() => process.exit(1));
  return createConnection(ProposedFeatures.all, reader, writer);
}
