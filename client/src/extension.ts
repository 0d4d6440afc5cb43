import * as vscode from 'vscode';
import type { AuditedDto } from '../../server/src/protocol/types';
import { AuditRuns } from './audit/auditRuns';
import { AuditTree } from './audit/auditTree';
import { registerResultCommands } from './resultCommands';
import { ResultList } from './audit/resultList';
import { commandRegistrar } from './commands';
import { EstimateCommands } from './estimateCommands';
import { registerExportCommands } from './export/exportCommands';
import { Exporter } from './export/exporter';
import { FileWatch } from './fileWatch';
import { EstimateTool } from './lmTool';
import { ModelCards } from './models/modelCard';
import { Models } from './models/models';
import { Training } from './models/train';
import { PreviewProvider } from './preview/previewProvider';
import { viewTypes } from './viewType';
import { Foil } from './quantities/foil';
import { QuantitiesView } from './quantities/quantitiesView';
import { openReport, saveReport } from './report';
import type { ResultNode } from './results/pagedTree';
import { registerJobResultCommands } from './results/commands';
import { ResultsView } from './results/resultsView';
import { Server } from './server';
import { Status } from './status';

let server: Server | undefined;

/** Interface for other extensions. */
export interface Api {
  /** The rows of the F1 Audit view. */
  results(): readonly AuditedDto[];
  /** Its headline. */
  message(): string | undefined;
  /** The nodes of the Audit Results view below a node. */
  jobResults(parent?: ResultNode): Promise<readonly ResultNode[]>;
}

/** Registers all features; the server starts when it is first needed. */
export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('TEM Gauge', { log: true });
  const own = (server = new Server(context, log));
  const results = new ResultList(own);
  const runs = new AuditRuns(own, results, context.workspaceState);
  const tree = new AuditTree(results, context.workspaceState);
  const foil = new Foil(context.workspaceState);
  const quantities = new QuantitiesView(own, results, runs, foil);
  const cards = new ModelCards(own);
  const models = new Models(own, cards);
  const training = new Training(own, models, cards);
  const previews = new PreviewProvider(context, { server: own, results, foil });
  const estimates = new EstimateCommands(context.extensionUri, previews, runs);
  const jobResults = new ResultsView(own);
  const command = commandRegistrar(log);
  runs.onDidChange(() => (tree.view.message = runs.message));

  context.subscriptions.push(
    log,
    own,
    results,
    runs,
    tree,
    quantities,
    jobResults,
    cards,
    training,
    previews,
    new Status(own, runs),
    new FileWatch(own, results),
    vscode.lm.registerTool('tem-gauge_estimate', new EstimateTool(own)),
    ...viewTypes.map((type) =>
      vscode.window.registerCustomEditorProvider(type, previews, {
        supportsMultipleEditorsPerDocument: true,
        // The page is kept, so that returning to a tab does not read the picture again.
        webviewOptions: { retainContextWhenHidden: true },
      }),
    ),
    command('tem-gauge.estimateF1', (clicked?: vscode.Uri, selected?: vscode.Uri[]) =>
      estimates.estimate(clicked, selected),
    ),
    command('tem-gauge.estimateAgain', (clicked?: vscode.Uri) => estimates.estimateAgain(clicked)),
    command('tem-gauge.trySample', () => estimates.trySample()),
    command('tem-gauge.auditSamples', () => estimates.auditSamples()),
    command('tem-gauge.auditWorkspace', () => estimates.auditWorkspace()),
    command('tem-gauge.cancelAudit', () => runs.cancel()),
    command('tem-gauge.resumeAudit', () => runs.resume()),
    command('tem-gauge.importModel', (file?: vscode.Uri) => models.import(file)),
    command('tem-gauge.selectModel', () => models.select()),
    command('tem-gauge.showModelCard', () => models.showCurrentCard()),
    command('tem-gauge.trainModel', (clicked?: vscode.Uri, selected?: vscode.Uri[]) =>
      training.train(selected?.length ? selected : clicked ? [clicked] : []),
    ),
    command('tem-gauge.resumeTraining', () => training.resume()),
    command('tem-gauge.saveReport', (target?: vscode.Uri) => saveReport(own, foil, target)),
    command('tem-gauge.openReport', (target: vscode.Uri) => openReport(target)),
    command('tem-gauge.showLog', () => log.show()),
    command('tem-gauge.restartServer', () => own.restart()),
    command('tem-gauge.quantities.refresh', () => quantities.refresh()),
    command('tem-gauge.quantities.setThickness', () => quantities.foil.ask()),
    ...registerJobResultCommands(command, own, jobResults),
    ...registerResultCommands(command, tree, estimates),
    ...registerExportCommands(command, new Exporter(own), tree, previews),
  );
  // Results of an earlier window are restored from the cache; without any, no server is started.
  void runs.restore().catch((error: Error) => log.warn(error.message));
  return { results: () => results.all(), message: () => runs.message, jobResults: (p) => jobResults.getChildren(p) };
}

export const deactivate = (): Promise<void> | undefined => server?.stop();
