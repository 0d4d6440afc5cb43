import * as vscode from 'vscode';
import { imageCount } from './counts';
import { notify } from './notify';
import type { Foil } from './quantities/foil';
import type { Server } from './server';

/** Writes the results as one page and offers to open it. @param given target file; the user is asked without it */
export async function saveReport(server: Server, foil: Foil, given?: vscode.Uri): Promise<void> {
  const target = given ?? (await reportTarget());
  if (!target) return;
  const { images } = await server.request('tem-gauge/report', { uri: target.toString(), ...foil.params });
  reportSaved(target, images);
}

/** Asks where a report is to be saved. */
export function reportTarget(): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    filters: { HTML: ['html'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'tem-gauge-report.html') } : {}),
  });
}

/** Says that a report is written and offers to open it; the answer is not waited for. */
export function reportSaved(target: vscode.Uri, images: number): void {
  const open = vscode.l10n.t('Open');
  const browser = vscode.l10n.t('Open in Browser');
  // A browser cannot open the files of a remote window.
  const local = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  // Does not wait for the user's choice, because the report is already written.
  void notify
    .info(vscode.l10n.t('Report saved: {0}.', imageCount(images)), open, ...(local ? [browser] : []))
    .then((choice) => {
      if (choice === open) void vscode.commands.executeCommand('tem-gauge.openReport', target);
      else if (choice === browser) void vscode.env.openExternal(target);
    });
}

/** Loads nothing from the network; the page contains its pictures, style and script. */
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
