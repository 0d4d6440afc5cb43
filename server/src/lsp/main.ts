import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server';

// IPC from VS Code; `--stdio` for any other editor. Standard output belongs to the protocol.
startServer(createConnection(ProposedFeatures.all));
