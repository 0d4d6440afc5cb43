import * as vscode from 'vscode';
import { notify } from './notify';
import type { Server } from './server';

/** Writes the results as one page and offers to open it. @param given where to, without asking */
export async function saveReport(server: Server, given?: vscode.Uri): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target =
    given ??
    (await vscode.window.showSaveDialog({
      filters: { HTML: ['html'] },
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'tem-gauge-report.html') } : {}),
    }));
  if (!target) return;
  const { images } = await server.request('tem-gauge/report', { uri: target.toString() });
  const open = vscode.l10n.t('Open');
  const browser = vscode.l10n.t('Open in Browser');
  // A browser on the desktop opens local files; from a remote window it could not.
  const local = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  // The answer is not waited for: the report is written.
  void notify
    .info(vscode.l10n.t('Report of {0} images saved.', images), open, ...(local ? [browser] : []))
    .then((choice) => {
      if (choice === open) void vscode.commands.executeCommand('tem-gauge.openReport', target);
      else if (choice === browser) void vscode.env.openExternal(target);
    });
}

/** Nothing from the network; the page brings its pictures, style and script along. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** Shows a report inside the editor, which works in every kind of window. */
export async function openReport(target: vscode.Uri): Promise<void> {
  const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
  const panel = vscode.window.createWebviewPanel(
    'temGauge.report',
    vscode.l10n.t('F1 Report'),
    vscode.ViewColumn.Active,
    {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [],
    },
  );
  panel.webview.html = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">${html.replace(/^\s*<!doctype html>/i, '')}`;
}
