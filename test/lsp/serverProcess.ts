import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { URI } from 'vscode-uri';
import type { NotificationTable, RequestName, RequestTable } from '../../server/src/protocol/methods';
import type { AuditedDto } from '../../server/src/protocol/types';

export interface Problem {
  code: string;
  source: string;
  message: string;
}

export const samples = fs.readdirSync('media/samples/images').slice(0, 3);

/** A temporary folder with some of the bundled micrographs. */
export function imageFolder(names: readonly string[] = samples): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-lsp-')));
  for (const name of names) fs.copyFileSync(path.join('media/samples/images', name), path.join(folder, name));
  return folder;
}

export const fileUri = (...parts: string[]): string => URI.file(path.join(...parts)).toString();

/** A server over stdio, with what it published so far as an editor would show it. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly problems = new Map<string, Problem[]>();
  readonly rows = new Map<string, AuditedDto>();
  readonly progress: NonNullable<NotificationTable['tem-gauge/audited']['progress']>[] = [];
  readonly messages: string[] = [];
  readonly statuses: NotificationTable['tem-gauge/status'][] = [];
  /** What the editor answers to `workspace/configuration`. */
  settings: object = {};
  settingsAsked = 0;

  constructor(readonly storage: string) {
    this.child = spawn(process.execPath, ['dist/server.js', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TEM_GAUGE_MODELS: path.join(storage, 'models') },
    });
    const c = createMessageConnection(
      new StreamMessageReader(this.child.stdout!),
      new StreamMessageWriter(this.child.stdin!),
    );
    this.connection = c;
    c.onNotification('textDocument/publishDiagnostics', (p: { uri: string; diagnostics: Problem[] }) => {
      if (p.diagnostics.length > 0) this.problems.set(p.uri, p.diagnostics);
      else this.problems.delete(p.uri);
    });
    c.onNotification('tem-gauge/audited', (n: NotificationTable['tem-gauge/audited']) => {
      for (const r of n.results) this.rows.set(r.uri, r);
      if (n.progress) this.progress.push(n.progress);
    });
    c.onNotification('tem-gauge/removed', (n: NotificationTable['tem-gauge/removed']) => {
      for (const uri of n.uris) this.rows.delete(uri);
    });
    c.onNotification('tem-gauge/status', (s: NotificationTable['tem-gauge/status']) => void this.statuses.push(s));
    c.onNotification('window/showMessage', (m: { message: string }) => void this.messages.push(m.message));
    c.onRequest('workspace/configuration', () => {
      this.settingsAsked++;
      return [this.settings];
    });
    c.listen();
  }

  async initialize(settings?: object): Promise<unknown> {
    if (settings) this.settings = settings;
    const result = await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true } },
      initializationOptions: { storagePath: this.storage },
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  request<M extends RequestName>(method: M, params: RequestTable[M]['params']): Promise<RequestTable[M]['result']> {
    return this.connection.sendRequest(method, params);
  }

  async change(settings: object): Promise<void> {
    this.settings = settings;
    await this.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  /** One event of a file watcher: 1 created, 2 changed, 3 deleted. */
  async watched(uri: string, type: 1 | 2 | 3): Promise<void> {
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type }] });
  }

  /** Resolves with the exit code. */
  get ended(): Promise<number | null> {
    return this.child.exitCode !== null || this.child.signalCode !== null
      ? Promise.resolve(this.child.exitCode)
      : new Promise((resolve) => this.child.once('exit', resolve));
  }

  async stop(): Promise<void> {
    this.connection.dispose();
    const { ended } = this;
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** A started and initialized server. */
export async function startServer(storage: string, settings?: object): Promise<ServerProcess> {
  const server = new ServerProcess(storage);
  await server.initialize(settings);
  return server;
}
