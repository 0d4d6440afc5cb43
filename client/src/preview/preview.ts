import * as vscode from 'vscode';
import type {
  EstimateState,
  FromPreview,
  PreviewImage,
  ToPreview,
  ViewSettings,
} from '../../../media/preview/messages';
import type { Scope } from '../export/scope';
import type { Foil } from '../quantities/foil';
import type { Server } from '../server';
import { previewPage } from './page';

/** Interface of the provider for an open preview. */
export interface PreviewHost {
  readonly server: Server;
  readonly extension: vscode.Uri;
  /** The foil thickness of the workspace. */
  readonly foil: Foil;
  /** The present estimate of an image and frame. */
  stateOf(uri: vscode.Uri, frame: number | undefined): EstimateState;
  estimate(uri: vscode.Uri, frame: number | undefined): Promise<void>;
  step(from: Preview, to: 'next' | 'previous' | 'doubtful', view: ViewSettings): Promise<void>;
  calibrate(uri: vscode.Uri, nmPerPixel: number | null): Promise<void>;
}

/** How long a page may take to draw a picture that was read, in ms, before the network runs. */
const drawingMs = 2000;

/** One open editor: reads the picture, sends tiles, and reads again when the file changes. */
export class Preview implements vscode.Disposable {
  /** Undefined until the user chooses one: the frame that an audit uses. */
  frame: number | undefined;
  /** The answer of the latest reading: a picture, or why there is none. */
  private picture: ToPreview | null = null;
  /** Whether the latest reading got no answer, because the server failed or ended; a refused picture is an answer. */
  private unanswered = false;
  /** The latest reading. */
  private loading: Promise<void>;
  /** Key of the last pixels that could be read; while a file is written, it cannot. */
  private lastKey: string | undefined;
  /** Resolves when the picture is drawn for the first time, or when there is nothing to wait for. */
  readonly shown: Promise<void>;
  private settleShown!: () => void;
  private ready = false;
  private reading = 0;
  private measuring = 0;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    readonly uri: vscode.Uri,
    readonly panel: vscode.WebviewPanel,
    private readonly host: PreviewHost,
    private view: ViewSettings | undefined,
  ) {
    this.shown = new Promise((resolve) => (this.settleShown = resolve));
    const { webview } = panel;
    // Scripts and styles come with the extension; pixels come from the cache of previews and from nowhere else.
    webview.options = {
      enableScripts: true,
      localResourceRoots: [
        vscode.Uri.joinPath(host.extension, 'dist'),
        vscode.Uri.joinPath(host.extension, 'media', 'preview'),
        this.cache,
      ],
    };
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), escapeGlob(uri.path.split('/').pop()!)),
    );
    this.subscriptions.push(
      watcher,
      watcher.onDidChange(() => this.reload()),
      watcher.onDidCreate(() => this.reload()),
      watcher.onDidDelete(() => this.reload()),
      webview.onDidReceiveMessage((message: FromPreview) => this.receive(message)),
    );
    webview.html = previewPage(host.extension, webview);
    // While the page loads.
    this.loading = this.read();
    void this.loading.then(() => {
      if (this.image && panel.visible) setTimeout(this.settleShown, drawingMs);
      else this.settleShown();
    });
  }

  /** Null before it was read, and where it cannot be. */
  get image(): PreviewImage | null {
    return this.picture?.type === 'image' ? this.picture.image : null;
  }

  post(message: ToPreview): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }

  /** Asks once more for a picture whose request was not answered. */
  async reloadIfUnanswered(): Promise<void> {
    if (this.unanswered) await this.reload();
  }

  /** Reads the picture again; new pixels get a new estimate. */
  reload(): Promise<void> {
    return (this.loading = this.read());
  }

  dispose(): void {
    for (const s of this.subscriptions) s.dispose();
  }

  private async read(): Promise<void> {
    const turn = ++this.reading;
    const message = await this.askPicture();
    // Only the latest reading counts.
    if (turn !== this.reading) return;
    this.picture = message;
    this.post(message);
    if (message.type !== 'image') return;
    const { key } = message.image;
    const changed = this.lastKey !== undefined && this.lastKey !== key;
    this.lastKey = key;
    if (changed || this.isOf(key) === false) await this.host.estimate(this.uri, this.frame);
    // An estimate that was running then may be of the pixels before.
    if (this.image?.key === key && this.isOf(key) === false) await this.host.estimate(this.uri, this.frame);
  }

  private get cache(): vscode.Uri {
    return this.host.server.previews;
  }

  /** Whether the estimate is of these pixels; null where there is none. */
  private isOf(imageKey: string): boolean | null {
    const state = this.host.stateOf(this.uri, this.frame);
    return state.kind === 'done' && state.estimate.imageKey !== null ? state.estimate.imageKey === imageKey : null;
  }

  private async receive(message: FromPreview): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        if (this.view) this.post({ type: 'view', view: this.view });
        this.view = undefined;
        this.showFoil();
        if (this.picture) this.post(this.picture);
        else await this.loading;
        return this.post({ type: 'estimate', state: this.host.stateOf(this.uri, this.frame) });
      case 'drawn':
        return this.settleShown();
      case 'tile':
        return this.sendTile(message);
      case 'estimate':
        return this.host.estimate(this.uri, this.frame);
      case 'step':
        return this.host.step(this, message.to, message.view);
      case 'frame':
        this.frame = message.frame;
        await this.reload();
        return this.post({ type: 'estimate', state: this.host.stateOf(this.uri, this.frame) });
      case 'calibrate':
        await this.host.calibrate(this.uri, message.nmPerPixel);
        return this.reload();
      case 'thickness':
        return this.host.foil.set(message.thicknessNm);
      case 'measure':
        return this.measure(message);
      case 'copy':
        return void vscode.commands.executeCommand(`tem-gauge.copy.${message.table}`, this.scope(message.thicknessNm));
      case 'export':
        return void vscode.commands.executeCommand('tem-gauge.export', this.scope(message.thicknessNm));
      case 'showCard':
        return void vscode.commands.executeCommand('tem-gauge.showModelCard');
    }
  }

  /** Sends the foil thickness of the workspace. */
  showFoil(): void {
    this.post({ type: 'foil', thicknessNm: this.host.foil.thicknessNm });
  }

  /** What is shown, for an export. */
  scope(thicknessNm: number | null = null): Scope {
    return {
      uris: [this.uri.toString()],
      ...(this.frame === undefined ? {} : { frame: this.frame }),
      ...(thicknessNm === null ? {} : { thicknessNm }),
    };
  }

  private async sendTile({ key, at }: { key: string; at: { level: number; column: number; row: number } }) {
    const answer = await this.host.server
      .request('tem-gauge/tile', { uri: this.uri.toString(), imageKey: key, frame: this.image?.frame ?? 0, ...at })
      .catch(() => ({ path: null }));
    this.post({ type: 'tile', key, at, src: answer.path && this.cached(answer.path) });
  }

  private async measure({ folder, thicknessNm }: { folder: boolean; thicknessNm: number | null }): Promise<void> {
    const turn = ++this.measuring;
    const quantities = await this.host.server
      .request('tem-gauge/measure', {
        uri: this.uri.toString(),
        folder,
        ...(this.frame === undefined || folder ? {} : { frame: this.frame }),
        ...(thicknessNm === null ? {} : { ...this.host.foil.params, thicknessNm }),
      })
      .catch((error: Error) => ({ failed: error.message }));
    // An earlier answer may be of another frame or thickness.
    if (turn === this.measuring) this.post({ type: 'quantities', quantities });
  }

  private async askPicture(): Promise<ToPreview> {
    try {
      const { frame } = this;
      const p = await this.host.server.request('tem-gauge/preview', {
        uri: this.uri.toString(),
        ...(frame === undefined ? {} : { frame }),
      });
      this.unanswered = false;
      if ('unreadable' in p) return { type: 'unreadable', message: p.unreadable };
      const { imageKey, overviewPath, ...facts } = p;
      const name = this.uri.path.split('/').pop()!;
      return { type: 'image', image: { ...facts, key: imageKey, name, overviewSrc: this.cached(overviewPath) } };
    } catch (error) {
      this.unanswered = true;
      return { type: 'unreadable', message: (error as Error).message };
    }
  }

  /** URI of a file of the cache that the page may load. */
  private cached(file: string): string {
    return this.panel.webview.asWebviewUri(vscode.Uri.joinPath(this.cache, file.split(/[\\/]/).pop()!)).toString();
  }
}

/** A file name as a glob that matches only this name. */
const escapeGlob = (name: string): string => name.replace(/[*?[\]{}]/g, '[$&]');
