import * as vscode from 'vscode';
import type { AuditRuns } from './audit/auditRuns';
import { imagesDone } from './counts';
import type { Server } from './server';

/** The item in the status bar: activity of the server, progress of an audit, model and device. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('tem-gauge.status', vscode.StatusBarAlignment.Left);
  private readonly subscriptions: vscode.Disposable[];
  private icon = '$(graph)';

  constructor(
    server: Server,
    private readonly runs: AuditRuns,
  ) {
    this.item.name = 'TEM Gauge';
    this.item.command = 'tem-gauge.showLog';
    this.subscriptions = [
      this.item,
      server.onStatus((s) => {
        this.icon = s.state === 'busy' ? '$(loading~spin)' : s.state === 'error' ? '$(error)' : '$(graph)';
        this.item.tooltip =
          [s.model, s.device && vscode.l10n.t('runs on {0}', s.device), s.message].filter(Boolean).join('\n') ||
          'TEM Gauge';
        this.show();
      }),
      runs.onDidChange(() => this.show()),
    ];
  }

  dispose(): void {
    for (const s of this.subscriptions) s.dispose();
  }

  private show(): void {
    const numbers = this.runs.numbers;
    this.item.text = numbers ? `${this.icon} F1 ${numbers.done}/${numbers.total}` : `${this.icon} F1`;
    this.item.accessibilityInformation = {
      label: numbers
        ? vscode.l10n.t('TEM Gauge: {0} audited', imagesDone(numbers.done, numbers.total))
        : vscode.l10n.t('TEM Gauge'),
    };
    this.item.show();
  }
}
