import * as vscode from 'vscode';
import { LanguageClient, TransportKind, type ServerOptions } from 'vscode-languageclient/node';
import { imageExtensions } from '../../server/src/protocol/vocabulary';
import type { NotificationTable, RequestName, RequestTable } from '../../server/src/protocol/methods';
import type { AuditedDto, ServerStatusDto } from '../../server/src/protocol/types';

/** The language server: started lazily, restarted on crash by the client library. The only sendRequest of the client. */
export class Server implements vscode.Disposable {
  private starting: Promise<LanguageClient> | undefined;
  private readonly statusEmitter = new vscode.EventEmitter<ServerStatusDto>();
  private readonly auditedEmitter = new vscode.EventEmitter<readonly AuditedDto[]>();
  readonly onStatus = this.statusEmitter.event;
  readonly onAudited = this.auditedEmitter.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Folder that previews are served from. */
  get storage(): vscode.Uri {
    return this.context.globalStorageUri;
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

  async restart(): Promise<void> {
    await (await this.start()).restart();
  }

  async stop(): Promise<void> {
    const client = await this.starting?.catch(() => undefined);
    if (client?.needsStop()) await client.stop();
  }

  dispose(): void {
    this.statusEmitter.dispose();
    this.auditedEmitter.dispose();
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
    const serverOptions: ServerOptions = { module, transport: TransportKind.ipc, runtime };
    const client = new LanguageClient('tem-gauge', 'TEM Gauge', serverOptions, {
      documentSelector: [],
      outputChannel: this.log,
      initializationOptions: { storagePath: this.storage.fsPath },
      synchronize: {
        configurationSection: 'temGauge',
        fileEvents: vscode.workspace.createFileSystemWatcher(`**/*.{${imageExtensions.join(',')}}`, true),
      },
    });
    client.onNotification('tem-gauge/status', (s: ServerStatusDto) => this.statusEmitter.fire(s));
    client.onNotification('tem-gauge/audited', (n: NotificationTable['tem-gauge/audited']) =>
      this.auditedEmitter.fire(n.results),
    );
    await client.start();
    return client;
  }
}
