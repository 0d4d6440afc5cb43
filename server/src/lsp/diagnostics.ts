import { DiagnosticSeverity, type Connection } from 'vscode-languageserver/node';
import type { FindingDto, FindingSeverity } from '../protocol/types';

const severities: Record<FindingSeverity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Upper limit of problems in the panel; the tree lists every image. */
export const mostProblems = 1000;

interface Entry {
  readonly findings: readonly FindingDto[];
  /** Number of problems in the panel. */
  shown: number;
}

/** Publishes findings of images, at most `mostProblems` in total. Hints are shown in the badge, not in the panel. */
export class Diagnostics {
  private readonly entries = new Map<string, Entry>();
  private total = 0;
  private information = false;

  constructor(private readonly connection: Connection) {}

  /** Shows or hides information beside errors and warnings; publishes again if that changes anything. */
  show(information: boolean): void {
    if (information === this.information) return;
    this.information = information;
    for (const [uri, { findings }] of [...this.entries]) this.publish(uri, findings);
  }

  publish(uri: string, findings: readonly FindingDto[]): void {
    const before = this.entries.get(uri)?.shown ?? 0;
    const wanted = findings.filter(
      (f) => f.severity === 'error' || f.severity === 'warning' || (this.information && f.severity === 'information'),
    );
    const shown = wanted.slice(0, Math.max(0, mostProblems - (this.total - before)));
    this.total += shown.length - before;
    this.entries.set(uri, { findings, shown: shown.length });
    if (shown.length > 0 || before > 0 || wanted.length === 0) this.send(uri, shown);
  }

  clear(uri: string): void {
    const entry = this.entries.get(uri);
    if (!entry) return;
    const wasFull = this.total >= mostProblems;
    this.entries.delete(uri);
    this.total -= entry.shown;
    this.send(uri, []);
    if (wasFull && entry.shown > 0) this.fill();
  }

  /** Publishes problems that were left out, as far as the limit allows. */
  private fill(): void {
    for (const [uri, entry] of this.entries) {
      if (this.total >= mostProblems) return;
      if (entry.shown === 0 && entry.findings.length > 0) this.publish(uri, entry.findings);
    }
  }

  private send(uri: string, findings: readonly FindingDto[]): void {
    const start = { line: 0, character: 0 };
    void this.connection.sendDiagnostics({
      uri,
      diagnostics: findings.map((f) => ({
        range: { start, end: start },
        severity: severities[f.severity],
        source: 'tem-gauge',
        code: f.code,
        message: f.message,
      })),
    });
  }
}
