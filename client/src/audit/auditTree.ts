import * as vscode from 'vscode';
import { shortName } from '../../../server/src/core/text/shortName';
import type { AuditedDto } from '../../../server/src/protocol/types';
import { groupings, type Grouping, type Outcome, type Reliability } from '../../../server/src/protocol/vocabulary';
import { detectionCount, imageCount } from '../counts';
import { translated } from '../translate';
import { viewTypeOf } from '../viewType';
import { askForFilter, filterWords } from './filter';
import type { ResultList } from './resultList';
import { buildTree, noFilter, type Filter, type TreeNode } from './treeModel';
import { levelName, outcomeName } from './words';

const icons: Record<Reliability, vscode.ThemeIcon> = {
  reliable: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  review: new vscode.ThemeIcon('eye', new vscode.ThemeColor('list.warningForeground')),
  unreliable: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.errorForeground')),
  unknown: new vscode.ThemeIcon('question'),
};
/** Files without a verdict are not images of unknown reliability: they were refused, or nothing was found in them. */
const outcomeIcons: Partial<Record<Outcome, vscode.ThemeIcon>> = {
  'no-detections': new vscode.ThemeIcon('circle-outline'),
  unreadable: new vscode.ThemeIcon('circle-slash'),
  unsupported: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error'),
};
const groupingKey = 'temGauge.grouping';
/** Characters of a name in a row. */
const longestName = 32;

/** Results of audits and estimates, worst first, in groups; with a filter. */
export class AuditTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  private filter = noFilter;
  private timer: NodeJS.Timeout | undefined;
  private roots: TreeNode[] | null = null;
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: vscode.TreeView<TreeNode>;

  constructor(
    private readonly results: ResultList,
    private readonly memento: vscode.Memento,
  ) {
    this.view = vscode.window.createTreeView('temGauge.audit', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    // Batches of a long audit come many times per second.
    this.subscription = results.onDidChange(() => (this.timer ??= setTimeout(() => this.refresh(), 100)));
    void this.group(this.grouping);
  }

  get grouping(): Grouping {
    const kept = this.memento.get<Grouping>(groupingKey);
    return kept && groupings.includes(kept) ? kept : 'level';
  }

  async group(by: Grouping): Promise<void> {
    await this.memento.update(groupingKey, by);
    await vscode.commands.executeCommand('setContext', 'temGauge.grouping', by);
    this.refresh();
  }

  async setFilter(filter: Filter): Promise<void> {
    this.filter = filter;
    const said = filterWords(filter);
    this.view.description = said || undefined;
    await vscode.commands.executeCommand('setContext', 'temGauge.filtered', said !== '');
    this.refresh();
  }

  /** Asks for levels and a part of the name. */
  async askForFilter(): Promise<void> {
    const filter = await askForFilter(this.filter);
    if (filter) await this.setFilter(filter);
  }

  getChildren(element?: TreeNode): TreeNode[] {
    if (element) return element.kind === 'group' ? [...element.children] : [];
    this.roots ??= buildTree(this.results.all(), { groupBy: this.grouping, filter: this.filter }, pathOf);
    return this.roots;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.kind === 'group' ? groupItem(node) : imageItem(node.result, this.grouping);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private refresh(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.roots = null;
    this.changed.fire();
  }
}

const pathOf = (r: AuditedDto) => vscode.workspace.asRelativePath(vscode.Uri.parse(r.uri)).replaceAll('\\', '/');

/** A level or folder with its number of images. */
export function groupItem(
  node: Pick<Extract<TreeNode, { kind: 'group' }>, 'key' | 'level' | 'images'>,
): vscode.TreeItem {
  const label = node.level ? levelName(node.level) : node.key || '.';
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group ${node.key}`;
  item.description = String(node.images);
  item.iconPath = node.level ? icons[node.level] : vscode.ThemeIcon.Folder;
  item.contextValue = 'group';
  item.accessibilityInformation = { label: `${label}, ${imageCount(node.images)}`, role: 'treeitem' };
  return item;
}

/**
 * The row of an image.
 * @param grouping what is above the image and need not be repeated
 */
export function imageItem(r: AuditedDto, grouping: Grouping): vscode.TreeItem {
  const uri = vscode.Uri.parse(r.uri);
  const path = pathOf(r);
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
  // A long label would leave no room for level and folder; the tooltip has the whole name.
  const label = shortName(name, longestName);
  const item = new vscode.TreeItem(`${r.f1 === null ? vscode.l10n.t('n.a.') : r.f1.toFixed(2)}  ${label}`);
  const verdict = r.f1 === null ? outcomeName(r.outcome) : `F1 ${r.f1.toFixed(2)}, ${levelName(r.reliability)}`;
  item.id = r.uri;
  const said = r.f1 === null ? verdict : grouping === 'level' ? '' : levelName(r.reliability);
  // Names repeat in folders.
  item.description = [said, grouping === 'folder' ? '' : folder].filter(Boolean).join(' · ');
  item.tooltip = [path, verdict, detectionCount(r.detectionCount), ...r.reasons.map(translated)].join('\n');
  item.iconPath = outcomeIcons[r.outcome] ?? icons[r.reliability];
  item.contextValue = 'image';
  item.accessibilityInformation = {
    label: [name, verdict, detectionCount(r.detectionCount)].join(', '),
    role: 'treeitem',
  };
  item.command = {
    command: 'vscode.openWith',
    title: vscode.l10n.t('Open'),
    arguments: [uri, viewTypeOf(uri), { preview: true }],
  };
  return item;
}
