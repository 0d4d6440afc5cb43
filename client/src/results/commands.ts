import * as vscode from 'vscode';
import { noFilter, type Filter } from '../audit/treeModel';
import type { commandRegistrar } from '../commands';
import { reportSaved, reportTarget } from '../report';
import type { Server } from '../server';
import type { Grouping } from '../../../server/src/protocol/vocabulary';
import type { ResultNode } from './pagedTree';
import type { ResultsView } from './resultsView';

/** Commands of the view of a job's results. */
export function registerJobResultCommands(
  command: ReturnType<typeof commandRegistrar>,
  server: Server,
  results: ResultsView,
): vscode.Disposable[] {
  return [
    command('tem-gauge.openResults', (folder?: vscode.Uri) => results.openResults(folder)),
    command('tem-gauge.closeResults', () => results.close()),
    command('tem-gauge.results.refresh', () => results.refresh()),
    command('tem-gauge.results.groupBy', (by?: Grouping) => results.groupBy(typeof by === 'string' ? by : undefined)),
    command('tem-gauge.results.filter', (filter?: Filter) =>
      filter?.levels ? results.setFilter(filter) : results.askForFilter(),
    ),
    command('tem-gauge.results.clearFilter', () => results.setFilter(noFilter)),
    command('tem-gauge.results.more', (node: ResultNode) => results.showMore(node)),
    command('tem-gauge.results.report', async (given?: vscode.Uri) => {
      const target = given instanceof vscode.Uri ? given : await reportTarget();
      if (!target) return;
      const { images } = await server.request('tem-gauge/resultReport', { uri: target.toString() });
      reportSaved(target, images);
    }),
  ];
}
