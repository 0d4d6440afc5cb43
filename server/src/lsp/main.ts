import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server';

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
startServer(connection);
