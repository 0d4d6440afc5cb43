import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

const styles = ['preview.css', 'panels.css'];

/** The HTML page of the preview: the script that builds its elements, its style and its texts in the display language. */
export function previewPage(extension: vscode.Uri, webview: vscode.Webview): string {
  const nonce = randomBytes(16).toString('base64');
  const at = (...parts: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(extension, ...parts)).toString();
  // Escaped, because a closing tag inside a text would end the element.
  const texts = JSON.stringify(vscode.l10n.bundle ?? {}).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html><html lang="${vscode.env.language}"><head><meta charset="utf-8"><title>TEM Gauge</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src ${webview.cspSource}; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';">
${styles.map((name) => `<link rel="stylesheet" href="${at('media', 'preview', name)}">`).join('')}</head><body>
<script id="texts" type="application/json" nonce="${nonce}">${texts}</script>
<script nonce="${nonce}" src="${at('dist', 'preview.js')}"></script></body></html>`;
}
