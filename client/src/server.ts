import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { LanguageClient, State, TransportKind, type ServerOptions } from 'vscode-languageclient/node';
import type { NotificationTable, RequestName, RequestTable } from '../../server/src/protocol/methods';
import { imageExtensions } from '../../server/src/protocol/vocabulary';
import { translated } from './translate';

/** One event of a file watcher, as the Language Server Protocol numbers it. */
export const fileChange = { created: 1, changed: 2, deleted: 3 } as const;

/** The language server: started when first needed, restarted after a crash by the client library. The only sendRequest of the client. */
export class Server implements vscode.Disposable {
  private starting: Promise<LanguageClient> | undefined;
  private readonly emitters = {
    status: new vscode.EventEmitter<NotificationTable['tem-gauge/status']>(),
    audited: new vscode.EventEmitter<NotificationTable['tem-gauge/audited']>(),
    removed: new vscode.EventEmitter<readonly string[]>(),
    running: new vscode.EventEmitter<boolean>(),
    training: new vscode.EventEmitter<NotificationTable['tem-gauge/training']>(),
  };
  private readonly watchers: vscode.FileSystemWatcher[] = [];
  readonly onStatus = this.emitters.status.event;
  readonly onAudited = this.emitters.audited.event;
  readonly onRemoved = this.emitters.removed.event;
  readonly onTraining = this.emitters.training.event;
  /** True when the server runs, false when it stopped and lost its state. */
  readonly onRunning = this.emitters.running.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Folder of the preview files. */
  get previews(): vscode.Uri {
    return vscode.Uri.joinPath(this.context.globalStorageUri, 'previews');
  }

  async request<M extends RequestName>(
    method: M,
    params: RequestTable[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<RequestTable[M]['result']> {
    const client = await this.start();
    // An explicit undefined would count as a second positional parameter.
    return token
      ? client.sendRequest<RequestTable[M]['result']>(method, params, token)
      : client.sendRequest<RequestTable[M]['result']>(method, params);
  }

  /** Reports changes of files outside the workspace's watchers; ignored while no server runs. */
  async filesChanged(changes: { uri: string; type: 1 | 2 | 3 }[]): Promise<void> {
    const client = await this.starting?.catch(() => undefined);
    if (client?.isRunning()) await client.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  async restart(): Promise<void> {
    const client = await this.start();
    await end(client);
    await client.start();
  }

  async stop(): Promise<void> {
    const client = await this.starting?.catch(() => undefined);
    if (client) await end(client);
  }

  dispose(): void {
    for (const disposable of [...Object.values(this.emitters), ...this.watchers]) disposable.dispose();
  }

  private start(): Promise<LanguageClient> {
    this.starting ??= this.create().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  private async create(): Promise<LanguageClient> {
    const module = this.context.asAbsolutePath('dist/server.js');
    const runtime = vscode.workspace.getConfiguration('temGauge').get<string>('server.runtime') || undefined;
    const run = { module, transport: TransportKind.ipc, runtime } as const;
    // A debugged extension host starts the server with a port for the configuration "Attach to the language server".
    const serverOptions: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--inspect=6009'] } } };
    // A deleted folder is one event with the folder's name, which patterns of images do not match.
    const deletions = vscode.workspace.createFileSystemWatcher('**/*', true, true, false);
    const images = vscode.workspace.createFileSystemWatcher(`**/*.{${imageExtensions.join(',')}}`, false, false, true);
    this.watchers.push(deletions, images);
    const client = new LanguageClient('tem-gauge', 'TEM Gauge', serverOptions, {
      documentSelector: [],
      outputChannel: this.log,
      initializationOptions: { storagePath: this.context.globalStorageUri.fsPath },
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => {
          for (const d of diagnostics) d.message = translated(d.message);
          next(uri, diagnostics);
        },
      },
      synchronize: { configurationSection: 'temGauge', fileEvents: [deletions, images] },
    });
    const { status, audited, removed, running, training } = this.emitters;
    client.onNotification('tem-gauge/status', (s: NotificationTable['tem-gauge/status']) => status.fire(s));
    client.onNotification('tem-gauge/audited', (n: NotificationTable['tem-gauge/audited']) => audited.fire(n));
    client.onNotification('tem-gauge/removed', (n: NotificationTable['tem-gauge/removed']) => removed.fire(n.uris));
    client.onNotification('tem-gauge/training', (p: NotificationTable['tem-gauge/training']) => training.fire(p));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) running.fire(true);
      else if (newState === State.Stopped) running.fire(false);
    });
    await client.start();
    return client;
  }
}

/** Stops a server; one that does not answer within two seconds is killed, which the client library does not do in a bundle. */
async function end(client: LanguageClient): Promise<void> {
  if (!client.needsStop()) return;
  const { processId } = (client.initializeResult?.capabilities.experimental ?? {}) as { processId?: number };
  try {
    await client.stop();
  } catch {
    if (processId !== undefined) await kill(processId);
  }
}

/** Resolves when the process has ended; the library would take its late end for that of the next server. */
async function kill(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
    for (let i = 0; i < 50; i++) {
      await setTimeout(100);
      process.kill(pid, 0);
    }
  } catch {
    // It has ended.
  }
  await setTimeout(200);
}
