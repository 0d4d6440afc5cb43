import * as vscode from 'vscode';
import {
  causesText,
  foilText,
  quantityHint,
  quantityTitle,
  reasonText,
  shortValueText,
  valueText,
} from '../../../media/preview/quantityWords';
import type { QuantityGroupDto, QuantityLineDto } from '../../../server/src/protocol/quantities';
import type { AuditRuns } from '../audit/auditRuns';
import type { ResultList } from '../audit/resultList';
import { levelName } from '../audit/words';
import { detectionCount, imageCount } from '../counts';
import type { Server } from '../server';
import { translate } from '../translate';
import type { Foil } from './foil';

type Group = {
  readonly kind: 'quantities';
  readonly group: QuantityGroupDto;
  /** Scope of an export of this row. */
  readonly uris: readonly string[];
  readonly thicknessNm?: number;
};
type Node =
  | Group
  | { readonly kind: 'line'; readonly id: string; readonly line: QuantityLineDto }
  | { readonly kind: 'measured'; readonly id: string; readonly uri: string };

/** The view Quantities: counts, sizes and densities of all images, the reliable ones, each folder and each image. */
export class QuantitiesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly view: vscode.TreeView<Node>;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private groups: Promise<readonly QuantityGroupDto[]> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly results: ResultList,
    private readonly runs: AuditRuns,
    readonly foil: Foil,
  ) {
    this.view = vscode.window.createTreeView('temGauge.quantities', { treeDataProvider: this, showCollapseAll: true });
    this.view.description = this.foil.words;
    this.subscriptions = [
      this.view,
      this.changed,
      results.onDidChange(() => this.outdated()),
      runs.onDidChange(() => this.outdated()),
      this.foil.onDidChange(() => {
        this.view.description = this.foil.words;
        this.refresh();
      }),
    ];
  }

  /** Measures again. */
  refresh(): void {
    clearTimeout(this.timer);
    this.groups = null;
    this.changed.fire();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node)
      return (await this.measured()).map((group) => ({ kind: 'quantities', group, ...this.scope(group.uris) }));
    if (node.kind === 'line') return [];
    if (node.kind === 'measured') {
      const { lines } = await this.server.request('tem-gauge/measure', { uri: node.uri, ...this.foil.params });
      return lines.map((line) => ({ kind: 'line', id: `${node.id} ${line.name}`, line }));
    }
    const { kind, folder, lines, uris } = node.group;
    const id = `${kind} ${folder}`;
    // Images are listed below their folder, or below all where there is one folder.
    const own = kind === 'folder' || (kind === 'all' && (await this.measured()).every((g) => g.kind !== 'folder'));
    return [
      ...lines.map((line): Node => ({ kind: 'line', id: `${id} ${line.name}`, line })),
      ...(own ? uris.map((uri): Node => ({ kind: 'measured', id: `${id} ${uri}`, uri })) : []),
    ];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'quantities') return groupItem(node.group);
    return node.kind === 'line' ? lineItem(node.id, node.line) : this.imageItem(node.id, node.uri);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const s of this.subscriptions) s.dispose();
  }

  private scope(uris: readonly string[]) {
    const { thicknessNm } = this.foil.params;
    return { uris, ...(thicknessNm === undefined ? {} : { thicknessNm }) };
  }

  /** Results come in batches; while an audit runs, each would be a measurement of all images. */
  private outdated(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.runs.numbers === null) this.refresh();
    }, 500);
  }

  /** The editor requests the rows when the view becomes visible, so that nothing is measured before. */
  private measured(): Promise<readonly QuantityGroupDto[]> {
    if (this.results.size === 0) return Promise.resolve([]);
    this.groups ??= this.server.request('tem-gauge/quantities', this.foil.params).then(({ groups, missing }) => {
      this.view.message =
        missing === 0
          ? undefined
          : missing === 1
            ? vscode.l10n.t('1 image is no longer in the cache: audit again.')
            : vscode.l10n.t('{0} images are no longer in the cache: audit again.', missing);
      // Nothing typed: the thickness may be known from files or tables.
      this.view.description = foilText(groups[0]?.foil ?? null, translate);
      return groups;
    });
    this.groups.catch(() => (this.groups = null));
    return this.groups;
  }

  private imageItem(id: string, uri: string): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.Uri.parse(uri), vscode.TreeItemCollapsibleState.Collapsed);
    const name = vscode.Uri.parse(uri).path.split('/').pop()!;
    const result = this.results.get(uri);
    item.id = id;
    item.label = name;
    item.description = result && (result.f1 === null ? levelName(result.reliability) : `F1 ${result.f1.toFixed(2)}`);
    item.iconPath = new vscode.ThemeIcon('file-media');
    item.accessibilityInformation = { label: [name, item.description].filter(Boolean).join(', ') };
    return item;
  }
}

function groupItem({ kind, folder, images, detections, cut, foil }: QuantityGroupDto): vscode.TreeItem {
  const label =
    kind === 'all'
      ? vscode.l10n.t('All images')
      : kind === 'reliable'
        ? vscode.l10n.t('Reliable images')
        : vscode.workspace.asRelativePath(vscode.Uri.parse(folder));
  const item = new vscode.TreeItem(
    label,
    kind === 'all' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = `${kind} ${folder}`;
  item.description = `${imageCount(images)}, ${detectionCount(detections)}`;
  item.tooltip = [
    vscode.l10n.t('Detections cut by the frame, which give no size: {0} of {1}.', cut, detections),
    foilText(foil, translate),
  ].join('\n');
  item.iconPath = kind === 'folder' ? vscode.ThemeIcon.Folder : new vscode.ThemeIcon('graph');
  item.contextValue = 'quantities';
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

function lineItem(id: string, { name, quantity, reason }: QuantityLineDto): vscode.TreeItem {
  const title = quantityTitle(name, translate);
  const text = quantity ? valueText(quantity, translate) : reasonText(reason, translate);
  const cause = quantity ? causesText(quantity.causes, translate) : '';
  const item = new vscode.TreeItem(title);
  item.id = id;
  item.description = quantity ? shortValueText(quantity) : vscode.l10n.t('n.a.');
  item.tooltip = [`${title}: ${text}`, cause, quantityHint(name, translate)].filter(Boolean).join('\n');
  // Screen readers hear why, which others see in the tooltip.
  item.accessibilityInformation = { label: [title, text, cause].filter(Boolean).join(', ') };
  return item;
}
