import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumPath } from '../host/chromium.mjs';
import type { FromPreview, PreviewImage, ToPreview } from '../../media/preview/messages';
import { cutTile, displayPyramid, greyStatistics } from '../../server/src/core/image/displayPyramid';

const coverageFolder = process.env.NODE_V8_COVERAGE;
const root = path.resolve(import.meta.dirname, '../..');

/** Colours of VS Code's four built-in kinds of theme, as far as the preview uses them. */
export const themes = {
  dark: { foreground: '#cccccc', background: '#1f1f1f', side: '#181818', description: '#9d9d9d', border: '#2b2b2b' },
  light: { foreground: '#3b3b3b', background: '#ffffff', side: '#f8f8f8', description: '#616161', border: '#e5e5e5' },
  'high-contrast': { foreground: '#ffffff', background: '#000000', side: '#000000', description: '#ffffff', border: '#6fc3df' }, // prettier-ignore
  'high-contrast-light': { foreground: '#292929', background: '#ffffff', side: '#ffffff', description: '#292929', border: '#0f4a85' }, // prettier-ignore
} as const;
export type Theme = keyof typeof themes;

/** A picture of 16 bits whose grey value at (x, y) is 1000 + 10 x + y. */
export const valueAt = (x: number, y: number): number => 1000 + 10 * x + y;

/** The webview in a real browser with a host made of a web server and recorded messages. */
export class Harness {
  private constructor(
    private readonly browser: Browser,
    private readonly server: http.Server,
    readonly page: Page,
    readonly image: PreviewImage,
  ) {}

  static async start(theme: Theme = 'dark', size = { width: 1300, height: 700 }): Promise<Harness> {
    const { width, height } = size;
    const data = new Uint16Array(width * height);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = valueAt(x, y);
    const pyramid = displayPyramid({ width, height, data });
    const server = http.createServer((request, response) => void answer(request.url ?? '/', response));
    const answer = async (url: string, response: http.ServerResponse) => {
      const tile = /^\/tile\/(\d+)\/(\d+)\/(\d+)$/.exec(url);
      if (url === '/') response.setHeader('content-type', 'text/html').end(page(theme));
      else if (url === '/preview.js') response.end(await fs.readFile(path.join(root, 'dist/preview.js')));
      else if (/^\/(preview|panels)\.css$/.test(url))
        response.setHeader('content-type', 'text/css').end(await fs.readFile(path.join(root, 'media/preview', url)));
      else if (url === '/overview') response.end(bytes(pyramid.at(-1)!.data));
      else if (tile) {
        const [level, column, row] = tile.slice(1).map(Number);
        response.end(bytes(cutTile(pyramid[level!]!, column! * 512, row! * 512, 512).data));
      } else response.writeHead(404).end();
    };
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-gpu'] });
    const view = await browser.newPage({ viewport: { width: 1100, height: 700 } });
    const errors: string[] = [];
    view.on('pageerror', (e) => errors.push(e.message));
    view.on('console', (m) => m.type() === 'error' && errors.push(m.text()));
    // As Node.js does for its processes: `npm run coverage` names the folder.
    if (coverageFolder) await view.coverage.startJSCoverage();
    await view.goto(origin);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    const statistics = greyStatistics(pyramid[0]!, { low: 0, step: 1 });
    const image: PreviewImage = {
      key: 'k',
      name: 'a.tif',
      width,
      height,
      bitDepth: 16,
      bytesPerPixel: 2,
      low: 0,
      step: 1,
      ...statistics,
      levels: pyramid.map((l) => ({ width: l.width, height: l.height })),
      tileSize: 512,
      overviewSrc: `${origin}/overview`,
      nmPerPixel: 0.5,
      nmPerPixelSource: 'tiff-tags',
      frame: 0,
      frames: 1,
    };
    return new Harness(browser, server, view, image);
  }

  /** What the host would push; tiles that are asked for arrive by themselves. */
  async push(message: ToPreview): Promise<void> {
    await this.page.evaluate((m) => window.postMessage(m, '*'), message);
    // Two frames: one in which the message is handled, one in which it is drawn.
    await this.frames(2);
  }

  frames(n: number): Promise<void> {
    return this.page.evaluate(async (count) => {
      for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
    }, n);
  }

  /** What the page sent, tiles left out. */
  async sent(): Promise<FromPreview[]> {
    const all = await this.page.evaluate(() => (window as unknown as { sent: FromPreview[] }).sent);
    return all.filter((m) => m.type !== 'tile');
  }

  /** Red, green and blue of the canvas at a place of the stage. */
  pixel(x: number, y: number): Promise<number[]> {
    return this.page
      .locator('#canvas')
      .evaluate(
        (canvas, [px, py]) => [
          ...(canvas as HTMLCanvasElement).getContext('2d')!.getImageData(px!, py!, 1, 1).data.slice(0, 3),
        ],
        [x, y],
      );
  }

  /** Canvas pixels with a colour, which only overlays have. */
  coloured(): Promise<number> {
    return this.page.locator('#canvas').evaluate((canvas) => {
      const c = canvas as HTMLCanvasElement;
      const { data } = c.getContext('2d')!.getImageData(0, 0, c.width, c.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i]! - data[i + 2]!) > 40) n++;
      return n;
    });
  }

  async stop(): Promise<void> {
    if (coverageFolder) await writeCoverage(await this.page.coverage.stopJSCoverage(), coverageFolder);
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The page's coverage in the form of Node.js's own files. */
async function writeCoverage(entries: readonly { readonly url: string }[], folder: string): Promise<void> {
  const result = entries
    .filter((e) => e.url.endsWith('/preview.js'))
    .map((e) => ({ ...e, url: pathToFileURL(path.join(root, 'dist/preview.js')).href }));
  await fs.writeFile(path.join(folder, `coverage-webview-${randomUUID()}.json`), JSON.stringify({ result }));
}

const bytes = (data: Uint8Array | Uint16Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

function page(theme: Theme): string {
  const c = themes[theme];
  const contrast = theme.startsWith('high') ? `--vscode-contrastBorder:${c.border};` : '';
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Preview</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'; style-src 'self' 'nonce-n'; script-src 'self' 'nonce-n'">
<style nonce="n">:root{--vscode-foreground:${c.foreground};--vscode-editor-background:${c.background};--vscode-sideBar-background:${c.side};--vscode-descriptionForeground:${c.description};--vscode-panel-border:${c.border};--vscode-button-background:#0a5fb4;--vscode-button-foreground:#fff;--vscode-editorWidget-background:${c.side};--vscode-editorWidget-foreground:${c.foreground};--vscode-input-background:${c.background};--vscode-input-foreground:${c.foreground};--vscode-list-activeSelectionBackground:#04395e;--vscode-list-activeSelectionForeground:#fff;--vscode-focusBorder:#0078d4;--vscode-textLink-foreground:${theme === 'dark' || theme === 'high-contrast' ? '#4daafc' : '#005fb8'};${contrast}font-family:sans-serif}</style>
<link rel="stylesheet" href="/preview.css"><link rel="stylesheet" href="/panels.css"></head><body class="vscode-${theme}">
<script nonce="n">
window.sent = [];
window.acquireVsCodeApi = () => ({
  postMessage(m) {
    window.sent.push(m);
    if (m.type === 'tile')
      window.postMessage({ type: 'tile', key: m.key, at: m.at, src: '/tile/' + m.at.level + '/' + m.at.column + '/' + m.at.row }, '*');
  },
  getState() {}, setState(s) { window.savedState = s; },
});
</script><script nonce="n" src="/preview.js"></script></body></html>`;
}
