import { DiagnosticSeverity, type Connection } from 'vscode-languageserver/node';
import type { FindingDto, FindingSeverity } from '../protocol/types';

const severities: Record<FindingSeverity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Publishes findings of images and remembers which images have an answer. Hints are the badge's, not the panel's. */
export class Diagnostics {
  private readonly answered = new Set<string>();

  constructor(private readonly connection: Connection) {}

  publish(uri: string, findings: readonly FindingDto[], showInformation: boolean): void {
    this.answered.add(uri);
    const start = { line: 0, character: 0 };
    const shown = findings.filter(
      (f) => f.severity === 'error' || f.severity === 'warning' || (showInformation && f.severity === 'information'),
    );
    void this.connection.sendDiagnostics({
      uri,
      diagnostics: shown.map((f) => ({
        range: { start, end: start },
        severity: severities[f.severity],
        source: 'tem-gauge',
        code: f.code,
        message: f.message,
      })),
    });
  }

  clear(uri: string): void {
    if (this.answered.delete(uri)) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  known(): string[] {
    return [...this.answered];
  }
}
