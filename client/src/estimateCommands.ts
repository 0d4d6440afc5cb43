import * as vscode from 'vscode';
import type { EstimateViewDto } from '../../server/src/protocol/types';
import type { AuditRuns } from './audit/auditRuns';
import type { PreviewProvider } from './preview/previewProvider';
import { viewTypeOf } from './viewType';

/** Commands that estimate: one image in its preview, several in the tree. */
export class EstimateCommands {
  constructor(
    private readonly extension: vscode.Uri,
    private readonly previews: PreviewProvider,
    private readonly runs: AuditRuns,
  ) {}

  /** @param clicked the clicked entry of the Explorer @param selected all selected entries */
  async estimate(clicked?: vscode.Uri, selected?: vscode.Uri[]): Promise<EstimateViewDto | void> {
    const uris = selected?.length ? selected : clicked ? [clicked] : activeImage();
    const [first] = uris;
    if (!first) throw new Error(vscode.l10n.t('Select an image or a folder in the Explorer first.'));
    if (uris.length > 1 || (await isFolder(first))) return this.audit(uris);
    return this.open(first, false);
  }

  /** Runs the network again, without the cache. */
  async estimateAgain(clicked?: vscode.Uri): Promise<EstimateViewDto> {
    const [uri] = clicked ? [clicked] : activeImage();
    if (!uri) throw new Error(vscode.l10n.t('Select an image or a folder in the Explorer first.'));
    return this.open(uri, true);
  }

  async auditWorkspace(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders;
    if (!folders?.length) throw new Error(vscode.l10n.t('Open a folder of images first.'));
    return this.audit(folders.map((f) => f.uri));
  }

  /** Opens a bundled micrograph, for users who have none. */
  async trySample(): Promise<EstimateViewDto | void> {
    const [name] = (await vscode.workspace.fs.readDirectory(this.samples))
      .map(([n]) => n)
      .filter((n) => n.endsWith('.png'));
    return this.open(vscode.Uri.joinPath(this.samples, name!), false);
  }

  /** Audits all bundled micrographs. */
  auditSamples(): Promise<void> {
    return this.audit([this.samples]);
  }

  private get samples(): vscode.Uri {
    return vscode.Uri.joinPath(this.extension, 'media', 'samples', 'images');
  }

  /** Shows the view with progress and results, and audits. */
  private async audit(uris: readonly vscode.Uri[]): Promise<void> {
    await vscode.commands.executeCommand('temGauge.audit.focus');
    await this.runs.audit(uris);
  }

  private async open(uri: vscode.Uri, force: boolean): Promise<EstimateViewDto> {
    await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri));
    return this.previews.ask(uri, undefined, force);
  }
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
}

function activeImage(): vscode.Uri[] {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom ? [input.uri] : [];
}
