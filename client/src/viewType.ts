import path from 'node:path';
import type * as vscode from 'vscode';

/** The first is the default editor of its formats; the second is an option for formats that other editors also open (PNG, JPEG, .st). */
export const viewTypes = ['temGauge.preview', 'temGauge.previewOption'] as const;

/** As in package.json. */
const optional = ['.png', '.jpg', '.jpeg', '.st'];

/** Id of the custom editor that opens an image: the default one of its format, or the optional one. */
export const viewTypeOf = (uri: vscode.Uri): string =>
  optional.includes(path.extname(uri.path).toLowerCase()) ? viewTypes[1] : viewTypes[0];
