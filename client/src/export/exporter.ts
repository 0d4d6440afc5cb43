import * as vscode from 'vscode';
import type { ExportKind } from '../../../server/src/protocol/vocabulary';
import { detectionCount, imageCount } from '../counts';
import { notify } from '../notify';
import type { Server } from '../server';
import { chooseTarget } from './chooseTarget';
import { exportFacts } from './kinds';
import type { Scope } from './scope';

type Table = Extract<ExportKind, 'images' | 'cavities'>;

interface Choice extends vscode.QuickPickItem {
  readonly run?: () => Promise<void>;
}

/** Exports and copies: the server writes the files, the client asks and reports. */
export class Exporter {
  constructor(private readonly server: Server) {}

  /** @param given target; the user is asked without it */
  async export(kind: ExportKind, scope: Scope, given?: vscode.Uri): Promise<void> {
    const facts = exportFacts().find((f) => f.kind === kind)!;
    const target = given ?? (await chooseTarget(facts, scope));
    if (!target) return;
    const done = await this.request(facts.title, { ...scope, uris: [...scope.uris], kind, to: target.toString() });
    const said =
      done.files > 1
        ? vscode.l10n.t('Exported: {0}; files written: {1}.', imageCount(done.images), done.files)
        : kind === 'cavities'
          ? vscode.l10n.t('Exported: {0}.', `${imageCount(done.images)}, ${detectionCount(done.rows)}`)
          : vscode.l10n.t('Exported: {0}.', imageCount(done.images));
    const show = vscode.l10n.t('Show in Explorer');
    const open = vscode.l10n.t('Open');
    const isFile = done.files === 1;
    void notify.info(said + missingNote(done.missing), isFile ? open : show).then((choice) => {
      if (choice === open) void vscode.commands.executeCommand('vscode.open', target);
      else if (choice === show) void vscode.commands.executeCommand('revealInExplorer', target);
    });
  }

  /** Copies a table to the clipboard, separated by tabs. */
  async copy(table: Table, scope: Scope): Promise<void> {
    const title = vscode.l10n.t('Copy to Clipboard');
    const { text, images, rows, missing } = await this.request(title, { ...scope, uris: [...scope.uris], kind: table });
    await vscode.env.clipboard.writeText(text ?? '');
    const said =
      table === 'cavities'
        ? vscode.l10n.t('Copied: {0}.', `${imageCount(images)}, ${detectionCount(rows)}`)
        : vscode.l10n.t('Quantities copied: {0}.', imageCount(images));
    void notify.info(said + missingNote(missing));
  }

  /** Asks what to export. */
  async ask(scope: Scope): Promise<void> {
    const items: Choice[] = [
      ...exportFacts().map((f) => ({ label: f.title, detail: f.detail, run: () => this.export(f.kind, scope) })),
      { label: vscode.l10n.t('Clipboard'), kind: vscode.QuickPickItemKind.Separator },
      { label: vscode.l10n.t('Copy the quantities'), run: () => this.copy('images', scope) },
      { label: vscode.l10n.t('Copy the detections'), run: () => this.copy('cavities', scope) },
    ];
    const title =
      scope.uris.length === 0
        ? vscode.l10n.t('Export all results')
        : scope.uris.length === 1
          ? vscode.l10n.t('Export {0}', vscode.Uri.parse(scope.uris[0]!).path.split('/').pop()!)
          : vscode.l10n.t('Export {0} images or folders', scope.uris.length);
    const choice = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
    await choice?.run?.();
  }

  private request(title: string, params: Parameters<typeof this.server.request<'tem-gauge/export'>>[1]) {
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => this.server.request('tem-gauge/export', params, token),
    );
  }
}

const missingNote = (missing: number): string =>
  missing === 0
    ? ''
    : ` ${vscode.l10n.t('Without an estimate: {0}. Audit the folder for these.', imageCount(missing))}`;
