import * as vscode from 'vscode';
import { AuditTree } from './auditTree';
import { Models } from './models';
import { PreviewProvider } from './preview/previewProvider';
import { viewTypeOf, viewTypes } from './preview/viewType';
import { Server } from './server';

let server: Server | undefined;

/** Constructs and registers; the server starts at the first use. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('TEM Gauge', { log: true });
  const own = (server = new Server(context, log));
  const tree = new AuditTree(own);
  const models = new Models(own);
  const previews = new PreviewProvider(context, own);
  const status = vscode.window.createStatusBarItem('tem-gauge.status', vscode.StatusBarAlignment.Left);
  status.name = 'TEM Gauge';
  status.command = 'tem-gauge.showLog';
  own.onStatus((s) => {
    status.text = s.state === 'busy' ? '$(loading~spin) F1' : s.state === 'error' ? '$(error) F1' : '$(graph) F1';
    status.tooltip =
      [s.model, s.device && vscode.l10n.t('runs on {0}', s.device), s.message].filter(Boolean).join('\n') ||
      'TEM Gauge';
    status.show();
  });

  /** Every command has an error boundary: one sentence and the way to the log. */
  const command = (id: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await run(...(args as never[]));
      } catch (error) {
        if (error instanceof vscode.CancellationError) return undefined;
        log.error(error as Error);
        const choice = await vscode.window.showErrorMessage((error as Error).message, vscode.l10n.t('Show Log'));
        if (choice) log.show();
        return undefined;
      }
    });

  const estimateF1 = async (clicked?: vscode.Uri, selected?: vscode.Uri[]) => {
    const uris = selected?.length ? selected : clicked ? [clicked] : activeImage();
    const first = uris[0];
    if (!first) throw new Error(vscode.l10n.t('Select an image or a folder in the Explorer first.'));
    const isFolder = ((await vscode.workspace.fs.stat(first)).type & vscode.FileType.Directory) !== 0;
    if (uris.length > 1 || isFolder) return tree.audit(uris);
    await vscode.commands.executeCommand('vscode.openWith', first, viewTypeOf(first));
    return previews.ask(first);
  };

  /** A bundled micrograph, for those who have none at hand. */
  const trySample = async () => {
    const folder = vscode.Uri.joinPath(context.extensionUri, 'media', 'samples', 'images');
    const [name] = (await vscode.workspace.fs.readDirectory(folder)).map(([n]) => n).filter((n) => n.endsWith('.png'));
    return estimateF1(vscode.Uri.joinPath(folder, name!));
  };

  context.subscriptions.push(
    log,
    own,
    tree,
    status,
    previews,
    ...viewTypes.map((type) =>
      vscode.window.registerCustomEditorProvider(type, previews, {
        supportsMultipleEditorsPerDocument: true,
        // Coming back to a tab must not read the picture again.
        webviewOptions: { retainContextWhenHidden: true },
      }),
    ),
    command('tem-gauge.estimateF1', estimateF1),
    command('tem-gauge.trySample', trySample),
    command('tem-gauge.auditWorkspace', () => {
      const folders = vscode.workspace.workspaceFolders;
      if (!folders?.length) throw new Error(vscode.l10n.t('Open a folder of images first.'));
      return tree.audit(folders.map((f) => f.uri));
    }),
    command('tem-gauge.cancelAudit', () => tree.cancel()),
    command('tem-gauge.importModel', (file?: vscode.Uri) => models.import(file)),
    command('tem-gauge.selectModel', () => models.select()),
    command('tem-gauge.showModelCard', () => models.showCurrentCard()),
    command('tem-gauge.saveReport', () => saveReport(own)),
    command('tem-gauge.showLog', () => log.show()),
    command('tem-gauge.restartServer', () => own.restart()),
    own.onAudited((results) => previews.update(results)),
  );
}

export const deactivate = (): Promise<void> | undefined => server?.stop();

/** Writes what was audited as one page and offers to open it. */
async function saveReport(server: Server): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    filters: { HTML: ['html'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'tem-gauge-report.html') } : {}),
  });
  if (!uri) return;
  const { images } = await server.request('tem-gauge/report', { uri: uri.toString() });
  const open = vscode.l10n.t('Open');
  const choice = await vscode.window.showInformationMessage(vscode.l10n.t('Report of {0} images saved.', images), open);
  if (choice) await vscode.env.openExternal(uri);
}

function activeImage(): vscode.Uri[] {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom ? [input.uri] : [];
}
