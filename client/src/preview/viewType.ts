import path from 'node:path';
import type * as vscode from 'vscode';

/** The first opens by default the formats that VS Code cannot show; the second offers itself for PNG and JPEG. */
export const viewTypes = ['temGauge.preview', 'temGauge.previewOption'] as const;

export const viewTypeOf = (uri: vscode.Uri): string =>
  ['.png', '.jpg', '.jpeg'].includes(path.extname(uri.path).toLowerCase()) ? viewTypes[1] : viewTypes[0];
