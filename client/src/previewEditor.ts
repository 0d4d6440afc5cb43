import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { EstimateState, FromPreview, ToPreview } from '../../media/preview/messages';
import type { AuditedDto, EstimateViewDto } from '../../server/src/protocol/types';
import type { Server } from './server';

/** TIFF opens in the first by default; the second offers itself for PNG and JPEG. */
export const viewTypes = ['temGauge.preview', 'temGauge.previewOption'] as const;
export const viewTypeOf = (uri: vscode.Uri): string => (/\.tiff?$/i.test(uri.path) ? viewTypes[0] : viewTypes[1]);

interface OpenPreview {
  readonly uri: string;
  readonly post: (message: ToPreview) => void;
}

/** Read-only preview of micrographs; the estimate of an image is shared by all its previews. */
export class PreviewProvider implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly open = new Set<OpenPreview>();
  private readonly states = new Map<string, EstimateState>();
  private readonly running = new Map<string, Promise<EstimateViewDto>>();
  /** Images whose estimate lies in the cache. */
  private readonly audited = new Set<string>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
  ) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(this.context.extensionUri, 'dist');
    webview.options = {
      enableScripts: true,
      localResourceRoots: [dist, vscode.Uri.joinPath(this.context.extensionUri, 'media'), this.server.storage],
    };
    const uri = document.uri.toString();
    const preview: OpenPreview = { uri, post: (message) => void webview.postMessage(message) };
    this.open.add(preview);
    panel.onDidDispose(() => this.open.delete(preview));
    const picture = this.picture(document.uri, webview);
    webview.onDidReceiveMessage(async (message: FromPreview) => {
      if (message.type === 'ready') {
        preview.post(await picture);
        preview.post({ type: 'estimate', state: this.states.get(uri) ?? { kind: 'none' } });
      } else if (message.type === 'estimate') await this.estimate(document.uri).catch(() => undefined);
      else if (message.type === 'showLog') await vscode.commands.executeCommand('tem-gauge.showLog');
      else await vscode.commands.executeCommand('temGauge.audit.focus');
    });
    webview.html = this.html(webview);
    const auto = vscode.workspace.getConfiguration('temGauge').get('autoEstimate') === 'onOpen';
    if ((auto || this.audited.has(uri)) && !this.states.has(uri))
      void this.estimate(document.uri).catch(() => undefined);
  }

  /** Estimates one image and tells its previews; asking again while it runs waits for the same answer. */
  estimate(uri: vscode.Uri): Promise<EstimateViewDto> {
    const key = uri.toString();
    const pending = this.running.get(key) ?? this.ask(key).finally(() => this.running.delete(key));
    this.running.set(key, pending);
    return pending;
  }

  private async ask(key: string): Promise<EstimateViewDto> {
    this.set(key, { kind: 'running' });
    try {
      const estimate = await this.server.request('tem-gauge/estimate', { uri: key });
      this.set(key, { kind: 'done', estimate });
      return estimate;
    } catch (error) {
      this.set(key, { kind: 'failed', message: (error as Error).message });
      throw error;
    }
  }

  /** New results of an audit or of changed settings: open previews ask again, which the cache answers; others when opened. */
  update(results: readonly AuditedDto[]): void {
    for (const { uri } of results) {
      const key = vscode.Uri.parse(uri).toString();
      this.audited.add(key);
      this.states.delete(key);
      if ([...this.open].some((p) => p.uri === key)) void this.estimate(vscode.Uri.parse(uri)).catch(() => undefined);
    }
  }

  dispose(): void {
    this.open.clear();
  }

  private set(uri: string, state: EstimateState): void {
    this.states.set(uri, state);
    for (const p of this.open) if (p.uri === uri) p.post({ type: 'estimate', state });
  }

  private async picture(uri: vscode.Uri, webview: vscode.Webview): Promise<ToPreview> {
    try {
      const p = await this.server.request('tem-gauge/preview', { uri: uri.toString() });
      if ('unreadable' in p) return { type: 'unreadable', message: p.unreadable };
      const src = webview
        .asWebviewUri(vscode.Uri.joinPath(this.server.storage, 'previews', p.previewPath.split(/[\\/]/).pop()!))
        .toString();
      return {
        type: 'image',
        image: { src, width: p.width, height: p.height, bitDepth: p.bitDepth, nmPerPixel: p.nmPerPixel },
      };
    } catch (error) {
      return { type: 'unreadable', message: (error as Error).message };
    }
  }

  private html(webview: vscode.Webview): string {
    const nonce = randomBytes(16).toString('base64');
    const at = (...parts: string[]) =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.context.extensionUri, ...parts)).toString();
    return `<!DOCTYPE html><html lang="${vscode.env.language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${webview.cspSource}; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';">
<link rel="stylesheet" href="${at('media', 'preview', 'preview.css')}"></head><body>
<main id="stage" tabindex="0" aria-label="Micrograph"><canvas id="canvas"></canvas><p id="notice" hidden></p></main>
<aside><section id="badge" role="status" aria-live="polite"></section>
<section><label for="score-slider"><span id="confidence-name">Score</span> ≥ <output id="score-value"></output></label><input id="score-slider" type="range" min="0" max="1" step="0.01" value="0"><p id="count"></p><p id="pointer"></p>
<label><input type="checkbox" id="show-outlines" checked> Outlines</label> <label><input type="checkbox" id="show-boxes" checked> Boxes</label> <label><input type="checkbox" id="show-candidates"> Candidates</label></section>
<section><ul id="reasons"></ul></section>
<section hidden><label for="detections">Detections, the most doubtful first</label><select id="detections" size="6"></select></section>
<section><details id="numbers"><summary>Numbers behind the prediction</summary><p id="published" class="dim"></p><table id="features"></table></details></section></aside>
<script nonce="${nonce}" src="${at('dist', 'preview.js')}"></script></body></html>`;
  }
}
