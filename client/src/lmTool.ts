import path from 'node:path';
import * as vscode from 'vscode';
import type { Server } from './server';

interface Input {
  /** Absolute path, or path relative to a workspace folder. */
  readonly path: string;
}

/** The tool `estimate` of language models: reads one image, changes nothing. */
export class EstimateTool implements vscode.LanguageModelTool<Input> {
  constructor(private readonly server: Server) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<Input>): vscode.PreparedToolInvocation {
    return { invocationMessage: vscode.l10n.t('Estimating F1 of {0}', path.basename(input.path)) };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<Input>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const e = await this.server.request('tem-gauge/estimate', { uri: uriOf(input.path).toString() }, token);
    const { outcome, reason, f1, interval, precision, recall, reliability, reasons, image, model } = e;
    const answer = {
      file: e.file,
      outcome,
      reason,
      f1,
      interval,
      precision,
      recall,
      reliability,
      reasons,
      image,
      model,
      detections: e.detections.length,
    };
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
  }
}

/** URI of a file inside the workspace; a language model gets no access to other files. @throws Error for any other */
function uriOf(given: unknown): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (typeof given === 'string' && given !== '')
    for (const folder of folders) {
      const file = path.resolve(folder.uri.fsPath, given);
      if (file.startsWith(folder.uri.fsPath + path.sep)) return folder.uri.with({ path: vscode.Uri.file(file).path });
    }
  throw new Error(vscode.l10n.t('Give the path of an image inside the workspace.'));
}
