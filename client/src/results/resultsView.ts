import * as vscode from 'vscode';
import { verdictsOf } from '../../../server/src/protocol/levels';
import type { JobResultsDto } from '../../../server/src/protocol/types';
import type { Grouping } from '../../../server/src/protocol/vocabulary';
import { groupItem, imageItem } from '../audit/auditTree';
import { askForFilter, filterWords } from '../audit/filter';
import { noFilter, type Filter } from '../audit/treeModel';
import { verdictWords } from '../audit/words';
import { imagesDone } from '../counts';
import type { Server } from '../server';
import { PagedTree, pageSize, type ResultNode } from './pagedTree';

/** Milliseconds between two refreshes of a job that is not complete. */
const pollMs = 5000;

/** Results of an audit that ran in tasks: a page at a time from the server, which refreshes while tasks write. */
export class ResultsView implements vscode.TreeDataProvider<ResultNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  private state: JobResultsDto | null = null;
  private filter: Filter = noFilter;
  private grouping: Grouping = 'level';
  private tree: PagedTree;
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: vscode.TreeView<ResultNode>;

  constructor(private readonly server: Server) {
    this.tree = this.newTree();
    this.view = vscode.window.createTreeView('temGauge.results', { treeDataProvider: this, showCollapseAll: true });
    // A stopped server has no opened results.
    this.subscription = server.onRunning((running) => {
      if (!running && this.state) void this.show(null);
    });
  }

  /** What is open; null for nothing. */
  get open(): JobResultsDto | null {
    return this.state;
  }

  /** Opens a job's folder, or asks for one. */
  async openResults(given?: vscode.Uri): Promise<JobResultsDto | undefined> {
    const uri = given ?? (await askForJob());
    if (!uri) return undefined;
    const state = await vscode.window.withProgress({ location: { viewId: 'temGauge.results' } }, () =>
      this.server.request('tem-gauge/openResults', { uri: uri.toString() }),
    );
    this.filter = noFilter;
    await this.show(state);
    return state;
  }

  async close(): Promise<void> {
    await this.server.request('tem-gauge/closeResults', {});
    await this.show(null);
  }

  async refresh(): Promise<void> {
    if (!this.state) return;
    const { changed, ...state } = await this.server.request('tem-gauge/refreshResults', {});
    this.state = state;
    this.describe();
    if (changed) this.changed.fire();
  }

  async groupBy(by?: Grouping): Promise<void> {
    const choices: (vscode.QuickPickItem & { by: Grouping })[] = [
      { label: vscode.l10n.t('By level'), by: 'level' },
      { label: vscode.l10n.t('By folder'), by: 'folder' },
      { label: vscode.l10n.t('Without groups'), by: 'none' },
    ];
    const chosen = by ?? (await vscode.window.showQuickPick(choices))?.by;
    if (!chosen) return;
    this.grouping = chosen;
    this.renew();
  }

  async setFilter(filter: Filter): Promise<void> {
    this.filter = filter;
    await vscode.commands.executeCommand('setContext', 'temGauge.resultsFiltered', filterWords(filter) !== '');
    this.describe();
    this.renew();
  }

  async askForFilter(): Promise<void> {
    const filter = await askForFilter(this.filter);
    if (filter) await this.setFilter(filter);
  }

  showMore(node: ResultNode): void {
    if (node.kind !== 'more') return;
    this.tree.more(node);
    this.changed.fire();
  }

  async getChildren(parent?: ResultNode): Promise<ResultNode[]> {
    return this.state ? this.tree.children(parent) : [];
  }

  getTreeItem(node: ResultNode): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node);
    if (node.kind === 'image') return imageItem(node.result, this.grouping);
    const left = node.total - node.shown;
    const item = new vscode.TreeItem(vscode.l10n.t('Show {0} more of {1}', Math.min(pageSize, left), left));
    item.id = `more ${node.group ?? ''} ${node.shown}`;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = { command: 'tem-gauge.results.more', title: item.label as string, arguments: [node] };
    return item;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private async show(state: JobResultsDto | null): Promise<void> {
    this.state = state;
    await vscode.commands.executeCommand('setContext', 'temGauge.resultsOpen', state !== null);
    this.describe();
    this.renew();
    this.poll();
  }

  private renew(): void {
    this.tree = this.newTree();
    this.changed.fire();
  }

  private newTree(): PagedTree {
    const { text, levels } = this.filter;
    const query = { groupBy: this.grouping, text, levels: [...levels] };
    return new PagedTree(
      {
        groups: (start, count) => this.server.request('tem-gauge/resultGroups', { ...query, start, count }),
        rows: (group, start, count) => this.server.request('tem-gauge/resultPage', { ...query, group, start, count }),
      },
      this.grouping,
    );
  }

  private describe(): void {
    const s = this.state;
    this.view.description = filterWords(this.filter) || undefined;
    this.view.message = s === null ? undefined : [countWords(s), ...s.notes].join('. ');
  }

  /** Looks again while images have no result and the view is visible. */
  private poll(): void {
    clearTimeout(this.timer);
    if (!this.state || this.state.done === this.state.images) return;
    this.timer = setTimeout(() => {
      const look = this.view.visible ? this.refresh() : Promise.resolve();
      void look.catch(() => undefined).then(() => this.poll());
    }, pollMs);
  }
}

const countWords = ({ done, images, byReliability, refused, failed }: JobResultsDto): string =>
  `${imagesDone(done, images)}: ${verdictWords(verdictsOf(byReliability, { refused, failed }))}`;

async function askForJob(): Promise<vscode.Uri | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Open'),
      title: vscode.l10n.t('Folder of an audit in tasks (with job.json)'),
    })) ?? [];
  return chosen;
}
