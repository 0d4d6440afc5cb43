import * as vscode from 'vscode';
import type { EstimateState, ViewSettings } from '../../../media/preview/messages';
import type { AuditedDto, EstimateViewDto } from '../../../server/src/protocol/types';
import type { Server } from '../server';
import { Preview, type PreviewHost } from './preview';
import { neighbour, siblings } from './siblings';
import { viewTypeOf } from './viewType';

const keyOf = (uri: vscode.Uri, frame?: number) =>
  frame === undefined ? uri.toString() : `${uri.toString()}#${frame}`;

/** Read-only editor of micrographs; the estimate of an image is shared by all its previews. */
export class PreviewProvider implements vscode.CustomReadonlyEditorProvider, vscode.Disposable, PreviewHost {
  private readonly open = new Set<Preview>();
  private readonly states = new Map<string, EstimateState>();
  private readonly running = new Map<string, Promise<EstimateViewDto>>();
  /** Latest level of each audited image, whose estimate lies in the cache. */
  private readonly audited = new Map<string, AuditedDto['reliability']>();
  /** View settings that the next opened preview of an image takes over. */
  private readonly pendingViews = new Map<string, ViewSettings>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly server: Server,
  ) {}

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
    if ((auto || this.audited.has(key)) && !this.states.has(key)) void this.estimate(uri);
  }

  stateOf(uri: vscode.Uri, frame: number | undefined): EstimateState {
    return this.states.get(keyOf(uri, frame)) ?? { kind: 'none' };
  }

  /** Like `ask`, for callers that show the failure in the preview alone. */
  async estimate(uri: vscode.Uri, frame?: number): Promise<void> {
    await this.ask(uri, frame).catch(() => undefined);
  }

  /**
   * Estimates one image and tells its previews; asking again while it runs waits for the same answer.
   * @throws Error with the server's sentence
   */
  ask(uri: vscode.Uri, frame?: number): Promise<EstimateViewDto> {
    const key = keyOf(uri, frame);
    const pending = this.running.get(key) ?? this.request(uri, frame).finally(() => this.running.delete(key));
    this.running.set(key, pending);
    return pending;
  }

  async step(from: Preview, to: 'next' | 'previous' | 'doubtful', view: ViewSettings): Promise<void> {
    const uris = await siblings(from.uri);
    const doubtful = (uri: vscode.Uri) => {
      const level = this.audited.get(uri.toString());
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
      void vscode.window.showErrorMessage(
        vscode.l10n.t('The pixel size could not be kept: {0}', (error as Error).message),
      );
      return;
    }
    const folder = vscode.Uri.joinPath(uri, '..').toString();
    const same = [...this.open].filter((p) => vscode.Uri.joinPath(p.uri, '..').toString() === folder);
    for (const p of same) await this.estimate(p.uri, p.frame);
  }

  /** New results of an audit or of changed settings: open previews ask again, which the cache answers; others when opened. */
  update(results: readonly AuditedDto[]): void {
    for (const { uri, reliability } of results) {
      const parsed = vscode.Uri.parse(uri);
      const key = parsed.toString();
      this.audited.set(key, reliability);
      const state = this.states.get(key);
      // The answer to a preview's own request comes as a result too.
      if (state?.kind === 'running' || this.running.has(key)) continue;
      this.states.delete(key);
      if ([...this.open].some((p) => p.uri.toString() === key)) void this.estimate(parsed);
    }
  }

  dispose(): void {
    for (const p of this.open) p.dispose();
    this.open.clear();
  }

  private async request(uri: vscode.Uri, frame: number | undefined): Promise<EstimateViewDto> {
    const key = keyOf(uri, frame);
    this.set(key, { kind: 'running' });
    try {
      const estimate = await this.server.request('tem-gauge/estimate', {
        uri: uri.toString(),
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
