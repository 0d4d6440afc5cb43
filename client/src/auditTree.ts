import path from 'node:path';
import * as vscode from 'vscode';
import type { AuditedDto } from '../../server/src/protocol/types';
import { viewTypeOf } from './preview/viewType';
import type { Server } from './server';

const icons: Record<AuditedDto['reliability'], vscode.ThemeIcon> = {
  reliable: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  review: new vscode.ThemeIcon('eye', new vscode.ThemeColor('list.warningForeground')),
  unreliable: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.errorForeground')),
  unknown: new vscode.ThemeIcon('question'),
};

/** Results of audits, worst first. */
export class AuditTree implements vscode.TreeDataProvider<AuditedDto>, vscode.Disposable {
  private readonly results = new Map<string, AuditedDto>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<AuditedDto>;
  private running: vscode.CancellationTokenSource | undefined;
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly server: Server) {
    this.view = vscode.window.createTreeView('temGauge.audit', { treeDataProvider: this });
    this.subscription = server.onAudited((results) => {
      for (const r of results) this.results.set(r.uri, r);
      this.changed.fire();
    });
  }

  /** Audits files and folders with progress in the view; a running audit is replaced. */
  async audit(uris: readonly vscode.Uri[]): Promise<void> {
    this.running?.cancel();
    const own = (this.running = new vscode.CancellationTokenSource());
    await vscode.commands.executeCommand('setContext', 'temGauge.auditing', true);
    this.view.message = vscode.l10n.t('Auditing…');
    try {
      const summary = await vscode.window.withProgress({ location: { viewId: 'temGauge.audit' } }, () =>
        this.server.request('tem-gauge/audit', { uris: uris.map((u) => u.toString()) }, own.token),
      );
      const { reliable, review, unreliable, unknown } = summary.byReliability;
      this.view.message = vscode.l10n.t(
        '{0} images: {1} reliable, {2} for review, {3} unreliable, {4} unknown',
        summary.done,
        reliable,
        review,
        unreliable,
        unknown,
      );
    } catch (error) {
      this.view.message = own.token.isCancellationRequested
        ? vscode.l10n.t('Cancelled; run the audit again to go on.')
        : undefined;
      if (!own.token.isCancellationRequested) throw error;
    } finally {
      if (this.running === own) await vscode.commands.executeCommand('setContext', 'temGauge.auditing', false);
    }
  }

  cancel(): void {
    this.running?.cancel();
  }

  getChildren(element?: AuditedDto): AuditedDto[] {
    if (element) return [];
    const rank = (r: AuditedDto) => (r.f1 === null ? (r.outcome === 'no-detections' ? 2 : -1) : r.f1);
    return [...this.results.values()].sort((a, b) => rank(a) - rank(b));
  }

  getTreeItem(r: AuditedDto): vscode.TreeItem {
    const uri = vscode.Uri.parse(r.uri);
    const item = new vscode.TreeItem(path.basename(uri.fsPath));
    item.description = r.f1 === null ? r.outcome : `${r.f1.toFixed(2)} ${r.reliability}`;
    item.tooltip = [vscode.l10n.t('{0} detections', r.detectionCount), ...r.reasons].join('\n');
    item.iconPath = icons[r.reliability];
    item.command = { command: 'vscode.openWith', title: vscode.l10n.t('Open'), arguments: [uri, viewTypeOf(uri)] };
    return item;
  }

  dispose(): void {
    this.running?.cancel();
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }
}
