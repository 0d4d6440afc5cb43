import * as vscode from 'vscode';
import type { AuditedDto } from '../../../server/src/protocol/types';
import type { Server } from '../server';

/** The server's results in the editor: the rows of the tree, from which the headline is counted. */
export class ResultList implements vscode.Disposable {
  private readonly byUri = new Map<string, AuditedDto>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(server: Server) {
    this.subscriptions = [
      server.onAudited(({ results }) => {
        for (const r of results) this.byUri.set(r.uri, r);
        this.changed.fire();
      }),
      server.onRemoved((uris) => {
        for (const uri of uris) this.byUri.delete(uri);
        this.changed.fire();
      }),
      // Problems are the server's: they empty when it stops, and so must the rows.
      server.onRunning((running) => {
        if (running || this.byUri.size === 0) return;
        this.byUri.clear();
        this.changed.fire();
      }),
    ];
  }

  get size(): number {
    return this.byUri.size;
  }

  all(): AuditedDto[] {
    return [...this.byUri.values()];
  }

  get(uri: string): AuditedDto | undefined {
    return this.byUri.get(uri);
  }

  dispose(): void {
    for (const s of this.subscriptions) s.dispose();
    this.changed.dispose();
  }
}
