import * as vscode from 'vscode';
import type { commandRegistrar } from './commands';
import type { EstimateCommands } from './estimateCommands';
import { viewTypeOf } from './viewType';
import type { AuditTree } from './audit/auditTree';
import { noFilter, type TreeNode } from './audit/treeModel';

/** Commands of the tree: grouping, filter, and the context menu of a row. */
export function registerResultCommands(
  command: ReturnType<typeof commandRegistrar>,
  tree: AuditTree,
  estimates: EstimateCommands,
): vscode.Disposable[] {
  /** From the context menu the row that was clicked, from the keyboard the selected one. */
  const uriOf = (node?: TreeNode): vscode.Uri => {
    const image = [node, ...tree.view.selection].find((n) => n?.kind === 'image');
    if (!image || image.kind !== 'image') throw new Error(vscode.l10n.t('Select an image in the F1 Audit view first.'));
    return vscode.Uri.parse(image.result.uri);
  };
  return [
    command('tem-gauge.groupByLevel', () => tree.group('level')),
    command('tem-gauge.groupByFolder', () => tree.group('folder')),
    command('tem-gauge.groupNone', () => tree.group('none')),
    command('tem-gauge.filterResults', () => tree.askForFilter()),
    command('tem-gauge.clearFilter', () => tree.setFilter(noFilter)),
    command('tem-gauge.result.openToSide', async (node?: TreeNode) => {
      const uri = uriOf(node);
      await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri), vscode.ViewColumn.Beside);
    }),
    command('tem-gauge.result.estimateAgain', (node?: TreeNode) => estimates.estimateAgain(uriOf(node))),
    command('tem-gauge.result.reveal', (node?: TreeNode) =>
      vscode.commands.executeCommand('revealInExplorer', uriOf(node)),
    ),
    command('tem-gauge.result.copyPath', (node?: TreeNode) => vscode.env.clipboard.writeText(uriOf(node).fsPath)),
  ];
}
