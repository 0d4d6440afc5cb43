import * as vscode from 'vscode';
import { plainMarkdown } from '../../../server/src/core/text/plainMarkdown';
import type { ModelDto } from '../../../server/src/protocol/types';
import type { Server } from '../server';

const scheme = 'tem-gauge-card';

/** Shows cards of models as read-only documents. A card is part of a model of unknown origin, so it must load nothing. */
export class ModelCards implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  constructor(private readonly server: Server) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { card } = await this.server.request('tem-gauge/modelCard', { path: uri.query });
    return plainMarkdown(card);
  }

  async show(model: ModelDto): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${model.name}.md`, query: model.path });
    await vscode.commands.executeCommand('markdown.showPreview', uri).then(undefined, async () => {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
    });
  }

  dispose(): void {
    this.registration.dispose();
  }
}
