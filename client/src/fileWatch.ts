import * as vscode from 'vscode';
import type { ResultList } from './audit/resultList';
import { fileChange, type Server } from './server';

/** Largest number of watched folders outside the workspace, since each watcher uses system resources. */
const mostFolders = 64;

const folderOf = (uri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(uri, '..');

/** Watches the files of a folder, without sub-folders. Patterns with the names themselves would need escaping. */
function watchFolder(folder: vscode.Uri, onChange: (uri: vscode.Uri, type: 1 | 2 | 3) => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
  watcher.onDidCreate((uri) => onChange(uri, fileChange.created));
  watcher.onDidChange((uri) => onChange(uri, fileChange.changed));
  watcher.onDidDelete((uri) => onChange(uri, fileChange.deleted));
  return watcher;
}

/**
 * Reports changes outside the workspace to the server, because the editor does not watch these files. Changes that no watcher
 * reports (network drives, a deleted parent folder) are found when the window regains the focus.
 */
export class FileWatch implements vscode.Disposable {
  private readonly folders = new Map<string, vscode.Disposable>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly results: ResultList,
  ) {
    this.subscriptions = [
      results.onDidChange(() => this.watchOutside()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && results.size > 0) void server.request('tem-gauge/refresh', {}).catch(() => undefined);
      }),
    ];
  }

  dispose(): void {
    for (const d of [...this.subscriptions, ...this.folders.values()]) d.dispose();
  }

  private watchOutside(): void {
    const wanted = new Map<string, vscode.Uri>();
    for (const { uri: text } of this.results.all()) {
      const uri = vscode.Uri.parse(text);
      if (vscode.workspace.getWorkspaceFolder(uri)) continue;
      const folder = folderOf(uri);
      wanted.set(folder.toString(), folder);
      if (wanted.size === mostFolders) break;
    }
    for (const [key, watcher] of this.folders)
      if (!wanted.has(key)) {
        watcher.dispose();
        this.folders.delete(key);
      }
    for (const [key, folder] of wanted)
      if (!this.folders.has(key))
        this.folders.set(
          key,
          watchFolder(folder, (uri, type) => void this.server.filesChanged([{ uri: uri.toString(), type }])),
        );
  }
}
