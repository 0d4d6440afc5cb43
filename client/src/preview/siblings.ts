import path from 'node:path';
import * as vscode from 'vscode';
import { imageExtensions } from '../../../server/src/protocol/vocabulary';

const order = new Intl.Collator(undefined, { numeric: true });

/** The images of a file's folder, in the order of the Explorer. */
export async function siblings(uri: vscode.Uri): Promise<vscode.Uri[]> {
  const folder = vscode.Uri.joinPath(uri, '..');
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries
    .filter(([name, type]) => (type & vscode.FileType.File) !== 0 && isImage(name))
    .map(([name]) => name)
    .sort(order.compare)
    .map((name) => vscode.Uri.joinPath(folder, name));
}

const isImage = (name: string): boolean => imageExtensions.includes(path.extname(name).slice(1).toLowerCase());

/** The next entry after `uri` (before it for a negative step) that `wanted` accepts, cyclic; undefined without one. */
export function neighbour(
  uris: readonly vscode.Uri[],
  uri: vscode.Uri,
  step: 1 | -1,
  wanted: (candidate: vscode.Uri) => boolean = () => true,
): vscode.Uri | undefined {
  const own = uris.findIndex((u) => u.toString() === uri.toString());
  for (let i = 1; i < uris.length; i++) {
    const candidate = uris[(own + step * i + uris.length * i) % uris.length];
    if (candidate && wanted(candidate)) return candidate;
  }
  return undefined;
}
