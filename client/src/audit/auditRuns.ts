import * as vscode from 'vscode';
import type { ProgressDto } from '../../../server/src/protocol/methods';
import { printable } from '../../../server/src/core/text/printable';
import type { AuditSummaryDto } from '../../../server/src/protocol/types';
import { imagesDone } from '../counts';
import { notify } from '../notify';
import type { Server } from '../server';
import type { ResultList } from './resultList';
import { headline } from './words';

/** What is kept between windows: what was audited, and how far it came. */
interface Kept {
  /** Folders and images whose results are shown. */
  readonly uris: readonly string[];
  /** Files and folders of the last audit. */
  readonly last: readonly string[];
  readonly unfinished: { readonly done: number; readonly total: number } | null;
}
const keptKey = 'temGauge.audit';
/** More folders and images than these are not restored after a reload. */
const mostUris = 1000;

/** Number of shown names of files without a known format. */
const shownNames = 5;

function skippedNote({ count, files }: AuditSummaryDto['skipped']): string {
  const names = files.slice(0, shownNames).map((f) => printable(f.split(/[\\/]/).at(-1)!));
  if (count > names.length) names.push('…');
  return count === 1
    ? vscode.l10n.t('1 other file is in no format that can be read: {0}.', names.join(', '))
    : vscode.l10n.t('{0} other files are in no format that can be read: {1}.', count, names.join(', '));
}

/** Starts, cancels, resumes and restores audits, and shows their state. */
export class AuditRuns implements vscode.Disposable {
  private running: vscode.CancellationTokenSource | undefined;
  private progress: ProgressDto | null = null;
  private note = '';
  private started = false;
  private readonly subscriptions: vscode.Disposable[];
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly results: ResultList,
    private readonly memento: vscode.Memento,
  ) {
    this.subscriptions = [
      server.onAudited(({ results: rows, progress }) => {
        // Single estimates are restored after a reload too.
        if (!progress && rows.length <= 5) void this.remember(rows.map((r) => r.uri));
        if (!progress || !this.running) return;
        this.progress = progress;
        this.changed.fire();
      }),
      results.onDidChange(() => this.changed.fire()),
      server.onRunning((running) => this.serverChanged(running)),
    ];
  }

  /** The state in a line: of the audit that runs, or of the rows. */
  get message(): string | undefined {
    if (this.running)
      return this.progress
        ? vscode.l10n.t(
            'Auditing: {0}, {1} unreliable so far',
            imagesDone(this.progress.done, this.progress.total),
            this.progress.low,
          )
        : vscode.l10n.t('Auditing…');
    const parts = [this.note, this.results.size > 0 ? headline(this.results.all()) : ''].filter(Boolean);
    return parts.length > 0 ? parts.join(' ') : undefined;
  }

  /** Done and total of the audit that runs. */
  get numbers(): ProgressDto | null {
    return this.running ? this.progress : null;
  }

  /** Audits files and folders; a running audit is replaced. */
  async audit(uris: readonly vscode.Uri[]): Promise<void> {
    this.running?.cancel();
    const own = (this.running = new vscode.CancellationTokenSource());
    this.progress = null;
    this.note = '';
    const texts = uris.map((u) => u.toString());
    await this.setContext();
    this.changed.fire();
    try {
      const summary = await vscode.window.withProgress({ location: { viewId: 'temGauge.audit' } }, () =>
        this.server.request('tem-gauge/audit', { uris: texts }, own.token),
      );
      if (this.running !== own) return;
      const { done, total, cancelled, skipped } = summary;
      await this.end(texts, cancelled ? { done, total } : null);
      if (total === 0) this.note = vscode.l10n.t('No image was found there.');
      else if (skipped.count > 0) this.note = skippedNote(skipped);
      if (cancelled && total > 0) this.offerResume(vscode.l10n.t('Cancelled after {0}.', imagesDone(done, total)));
    } catch (error) {
      if (this.running !== own) return;
      const progress = this.progress as ProgressDto | null;
      await this.end(texts, progress);
      if (progress) this.note = vscode.l10n.t('Stopped after {0}.', imagesDone(progress.done, progress.total));
      throw error;
    } finally {
      if (this.running === own) this.running = undefined;
      own.dispose();
      await this.setContext();
      this.changed.fire();
    }
  }

  cancel(): void {
    this.running?.cancel();
  }

  /** Runs the last audit again; what is done comes from the cache. */
  async resume(): Promise<void> {
    const uris = this.kept?.last ?? [];
    if (uris.length === 0) throw new Error(vscode.l10n.t('There is no audit to resume.'));
    await this.audit(uris.map((u) => vscode.Uri.parse(u)));
  }

  /** After a reload of the window: brings back what the cache contains. */
  async restore(): Promise<void> {
    const uris = [...(this.kept?.uris ?? [])];
    if (uris.length === 0) return;
    const { restored, total, skipped } = await this.server.request('tem-gauge/restore', { uris });
    const unfinished = this.kept?.unfinished;
    if (restored < total)
      this.note = vscode.l10n.t('{0} restored; run the audit again for the others.', imagesDone(restored, total));
    else if (unfinished)
      this.note = vscode.l10n.t('Cancelled after {0}.', imagesDone(unfinished.done, unfinished.total));
    else if (skipped.count > 0) this.note = skippedNote(skipped);
    await this.setContext();
    this.changed.fire();
  }

  dispose(): void {
    this.running?.cancel();
    for (const s of this.subscriptions) s.dispose();
    this.changed.dispose();
  }

  private get kept(): Kept | undefined {
    return this.memento.get<Kept>(keptKey);
  }

  private async remember(added: readonly string[]): Promise<void> {
    const kept = this.kept ?? { uris: [], last: [], unfinished: null };
    const uris = union(kept.uris, added);
    if (uris.length > kept.uris.length) await this.memento.update(keptKey, { ...kept, uris } satisfies Kept);
  }

  private async end(last: readonly string[], stopped: Kept['unfinished']): Promise<void> {
    this.running = undefined;
    const uris = union(this.kept?.uris ?? [], last);
    const unfinished = stopped && { done: stopped.done, total: stopped.total };
    await this.memento.update(keptKey, { uris, last, unfinished } satisfies Kept);
  }

  private offerResume(said: string): void {
    this.note = said;
    const resume = vscode.l10n.t('Resume');
    void notify.info(said, resume).then((choice) => {
      if (choice === resume) void vscode.commands.executeCommand('tem-gauge.resumeAudit');
    });
  }

  /** A restarted server has no results; the shown ones are restored from the cache. */
  private serverChanged(running: boolean): void {
    if (!running) {
      this.note = vscode.l10n.t('The server stopped.');
      this.changed.fire();
      return;
    }
    const again = this.started;
    this.started = true;
    if (!again) return;
    this.note = '';
    void this.restore().catch(() => undefined);
  }

  private async setContext(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'temGauge.auditing', this.running !== undefined);
    await vscode.commands.executeCommand(
      'setContext',
      'temGauge.unfinished',
      !this.running && this.kept?.unfinished != null,
    );
  }
}

/** The newer ones last; what lies below another entry is contained in it. */
function union(old: readonly string[], added: readonly string[]): string[] {
  const all = [...new Set([...old.filter((u) => !added.includes(u)), ...added])];
  return all.filter((u) => !all.some((folder) => u !== folder && u.startsWith(`${folder}/`))).slice(-mostUris);
}
