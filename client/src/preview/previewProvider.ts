import * as vscode from 'vscode';
import type { EstimateState, ViewSettings } from '../../../media/preview/messages';
import type { AuditedDto, EstimateViewDto } from '../../../server/src/protocol/types';
import type { ResultList } from '../audit/resultList';
import type { Scope } from '../export/scope';
import { notify } from '../notify';
import type { Foil } from '../quantities/foil';
import type { Server } from '../server';
import { Preview, type PreviewHost } from './preview';
import { neighbour, siblings } from './siblings';
import { viewTypeOf } from '../viewType';

const keyOf = (uri: vscode.Uri, frame?: number) =>
  frame === undefined ? uri.toString() : `${uri.toString()}#${frame}`;

/** Read-only editor of micrographs; the estimate of an image is shared by all its previews. */
export class PreviewProvider implements vscode.CustomReadonlyEditorProvider, vscode.Disposable, PreviewHost {
  private readonly open = new Set<Preview>();
  private readonly states = new Map<string, EstimateState>();
  private readonly running = new Map<string, Promise<EstimateViewDto>>();
  /** View settings for the next opened preview of an image. */
  private readonly pendingViews = new Map<string, ViewSettings>();
  private readonly subscriptions: vscode.Disposable[];

  readonly server: Server;
  readonly foil: Foil;
  /** Levels of the images whose estimate is in the cache. */
  private readonly results: ResultList;

  constructor(
    private readonly context: vscode.ExtensionContext,
    { server, results, foil }: { readonly server: Server; readonly results: ResultList; readonly foil: Foil },
  ) {
    this.server = server;
    this.foil = foil;
    this.results = results;
    this.subscriptions = [
      server.onAudited((n) => this.update(n.results)),
      server.onRemoved((uris) => this.removed(uris)),
      server.onRunning((running) => {
        if (running) this.askAgain();
      }),
      foil.onDidChange(() => {
        for (const p of this.open) p.showFoil();
      }),
    ];
  }

  get extension(): vscode.Uri {
    return this.context.extensionUri;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const key = uri.toString();
    const view = this.pendingViews.get(key);
    this.pendingViews.delete(key);
    const preview = new Preview(uri, panel, this, view);
    this.open.add(preview);
    panel.onDidDispose(() => {
      this.open.delete(preview);
      preview.dispose();
    });
    const auto = vscode.workspace.getConfiguration('temGauge', uri).get('autoEstimate') === 'onOpen';
    if (uri.scheme !== 'file' || !(auto || this.results.get(key)) || this.states.has(key)) return;
    // The picture comes first: the network would take the processor from it.
    void preview.shown.then(() => {
      if (this.open.has(preview) && !this.states.has(key)) void this.estimate(uri);
    });
  }

  /** What the preview in front shows, for an export; undefined without one. */
  front(): Scope | undefined {
    return [...this.open].find((p) => p.panel.active)?.scope();
  }

  stateOf(uri: vscode.Uri, frame: number | undefined): EstimateState {
    return this.states.get(keyOf(uri, frame)) ?? { kind: 'none' };
  }

  /** Like `ask`, for callers that show a failure only in the preview. */
  async estimate(uri: vscode.Uri, frame?: number): Promise<void> {
    await this.ask(uri, frame).catch(() => undefined);
  }

  /**
   * Estimates one image and updates its previews; asking again while it runs waits for the same answer.
   * @param force runs the network again, without the cache
   * @throws Error with the server's sentence
   */
  ask(uri: vscode.Uri, frame?: number, force = false): Promise<EstimateViewDto> {
    const key = keyOf(uri, frame);
    const pending = this.running.get(key) ?? this.request(uri, frame, force).finally(() => this.running.delete(key));
    this.running.set(key, pending);
    return pending;
  }

  async step(from: Preview, to: 'next' | 'previous' | 'doubtful', view: ViewSettings): Promise<void> {
    const uris = await siblings(from.uri);
    const doubtful = (uri: vscode.Uri) => {
      const level = this.results.get(uri.toString())?.reliability;
      return level !== undefined && level !== 'reliable';
    };
    const next = neighbour(uris, from.uri, to === 'previous' ? -1 : 1, to === 'doubtful' ? doubtful : undefined);
    if (!next) {
      const message =
        to === 'doubtful'
          ? vscode.l10n.t('No other image of this folder is known to be doubtful: audit the folder first.')
          : vscode.l10n.t('There is no other image in this folder.');
      return void vscode.window.setStatusBarMessage(message, 5000);
    }
    this.pendingViews.set(next.toString(), view);
    const column = from.panel.viewColumn ?? vscode.ViewColumn.Active;
    const old = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .find(
        (tab) =>
          tab.isActive &&
          tab.input instanceof vscode.TabInputCustom &&
          tab.input.uri.toString() === from.uri.toString() &&
          tab.group.viewColumn === column,
      );
    await vscode.commands.executeCommand('vscode.openWith', next, viewTypeOf(next), column);
    // One tab follows the reader instead of one tab for each image.
    if (old && !old.isPinned) await vscode.window.tabGroups.close(old, true);
  }

  async calibrate(uri: vscode.Uri, nmPerPixel: number | null): Promise<void> {
    try {
      await this.server.request('tem-gauge/calibrate', { uri: uri.toString(), nmPerPixel });
    } catch (error) {
      void notify.error(vscode.l10n.t('The pixel size could not be stored: {0}', (error as Error).message));
      return;
    }
    const folder = vscode.Uri.joinPath(uri, '..').toString();
    const same = [...this.open].filter((p) => vscode.Uri.joinPath(p.uri, '..').toString() === folder);
    for (const p of same) await this.estimate(p.uri, p.frame);
  }

  dispose(): void {
    for (const d of [...this.subscriptions, ...this.open]) d.dispose();
    this.open.clear();
  }

  /** New results of an audit or of changed settings: open previews ask again, which the cache answers; others when opened. */
  private update(rows: readonly AuditedDto[]): void {
    for (const { uri } of rows) {
      const parsed = vscode.Uri.parse(uri);
      const key = parsed.toString();
      // The answer to a preview's own request comes as a result too.
      if (this.states.get(key)?.kind === 'running' || this.running.has(key)) continue;
      this.states.delete(key);
      if (this.isOpen(key)) void this.estimate(parsed);
    }
  }

  /** Results that are no longer valid: other content, another model, or a deleted file. */
  private removed(uris: readonly string[]): void {
    for (const uri of uris) {
      const parsed = vscode.Uri.parse(uri);
      const key = parsed.toString();
      if (this.running.has(key)) continue;
      this.states.delete(key);
      if (!this.isOpen(key)) continue;
      this.set(key, { kind: 'none' });
      void this.estimateIfThere(parsed);
    }
  }

  private async estimateIfThere(uri: vscode.Uri): Promise<void> {
    const there = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (there) await this.estimate(uri);
  }

  /** After a restart of the server: answers that were on their way were lost with the process. */
  private askAgain(): void {
    for (const preview of this.open) {
      const { uri, frame } = preview;
      void preview.reloadIfUnanswered();
      if (this.states.get(keyOf(uri, frame))?.kind === 'failed') void this.estimate(uri, frame);
    }
  }

  private isOpen(key: string): boolean {
    return [...this.open].some((p) => p.uri.toString() === key);
  }

  private async request(uri: vscode.Uri, frame: number | undefined, force: boolean): Promise<EstimateViewDto> {
    const key = keyOf(uri, frame);
    this.set(key, { kind: 'running' });
    try {
      const estimate = await this.server.request('tem-gauge/estimate', {
        uri: uri.toString(),
        force,
        ...(frame === undefined ? {} : { frame }),
      });
      this.set(key, { kind: 'done', estimate });
      return estimate;
    } catch (error) {
      this.set(key, { kind: 'failed', message: (error as Error).message });
      throw error;
    }
  }

  private set(key: string, state: EstimateState): void {
    this.states.set(key, state);
    for (const p of this.open) if (keyOf(p.uri, p.frame) === key) p.post({ type: 'estimate', state });
  }
}
