import assert from 'node:assert';
import * as vscode from 'vscode';

const folder = () => vscode.workspace.workspaceFolders![0]!.uri;
const at = (name: string) => vscode.Uri.joinPath(folder(), name);

async function until<T>(what: string, probe: () => T | undefined | false): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const value = probe();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what}: nothing after 60 s`);
}
const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter((d) => d.source === 'tem-gauge');

suite('TEM Gauge in VS Code', () => {
  test('is installed, does nothing before it is used, and has its commands when activated', async () => {
    const extension = vscode.extensions.getExtension('tem-gauge.tem-gauge');
    assert.ok(extension && !extension.isActive);
    await extension.activate();
    const commands = await vscode.commands.getCommands(true);
    for (const c of [
      'estimateF1',
      'trySample',
      'auditWorkspace',
      'cancelAudit',
      'showLog',
      'restartServer',
      'importModel',
      'selectModel',
      'saveReport',
      'resumeAudit',
      'filterResults',
      'groupByFolder',
    ])
      assert.ok(commands.includes(`tem-gauge.${c}`), c);
  });

  test('Estimate F1 opens the preview and gives the numbers of the embedded model', async () => {
    const [name] = (await vscode.workspace.fs.readDirectory(folder()))
      .map(([n]) => n)
      .filter((n) => n.endsWith('.png') && n !== 'broken.png');
    const estimate = await vscode.commands.executeCommand<{
      outcome: string;
      f1: number;
      interval: { low: number; high: number };
      detections: unknown[];
    }>('tem-gauge.estimateF1', at(name!));
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(tab instanceof vscode.TabInputCustom && tab.viewType.startsWith('temGauge.preview'));
    assert.strictEqual(estimate?.outcome, 'estimated');
    assert.ok(
      estimate.detections.length > 0 && estimate.interval.low <= estimate.f1 && estimate.f1 <= estimate.interval.high,
    );
  });

  test('Try a Sample estimates a bundled micrograph', async () => {
    const estimate = await vscode.commands.executeCommand<{ outcome: string; file: string }>('tem-gauge.trySample');
    assert.strictEqual(estimate?.outcome, 'estimated');
    assert.ok(estimate.file.includes('samples'), estimate.file);
  });

  test('an audit gives each file its outcome: the broken one is a Problem, the others complete', async () => {
    await vscode.commands.executeCommand('tem-gauge.estimateF1', folder());
    const [problem] = await until(
      'a problem of broken.png',
      () => problems(at('broken.png')).length > 0 && problems(at('broken.png')),
    );
    assert.strictEqual(problem!.severity, vscode.DiagnosticSeverity.Error);
    assert.strictEqual(problem!.code, 'unsupported-image');
  });

  test('new thresholds give new levels from the cache: with 1.0 every estimate is low', async () => {
    await vscode.workspace.getConfiguration('temGauge').update('thresholds.low', 1, vscode.ConfigurationTarget.Global);
    await until('a low-f1 warning', () =>
      vscode.languages.getDiagnostics().some(([, d]) => d.some((p) => p.source === 'tem-gauge' && p.code === 'low-f1')),
    );
    await vscode.workspace
      .getConfiguration('temGauge')
      .update('thresholds.low', undefined, vscode.ConfigurationTarget.Global);
  });

  test('a model is imported, used in the workspace, and left again', async () => {
    const graph = vscode.Uri.file(process.env.TEM_GAUGE_TEST_GRAPH!);
    const model = await vscode.commands.executeCommand<{ name: string; path: string; usable: boolean }>(
      'tem-gauge.importModel',
      graph,
    );
    assert.ok(model?.usable, model?.name);
    const settings = () => vscode.workspace.getConfiguration('temGauge');
    await settings().update('model.path', model.path, vscode.ConfigurationTarget.Workspace);
    const [name] = (await vscode.workspace.fs.readDirectory(folder()))
      .map(([n]) => n)
      .filter((n) => n.endsWith('.png') && n !== 'broken.png');
    type Answer = { outcome: string; detections: unknown[]; model: { detector: string } };
    const estimate = await vscode.commands.executeCommand<Answer>('tem-gauge.estimateF1', at(name!));
    assert.strictEqual(estimate.outcome, 'no-forest');
    assert.ok(estimate.model.detector.startsWith(`${model.name}@`) && estimate.detections.length === 2);
    await settings().update('model.path', undefined, vscode.ConfigurationTarget.Workspace);
    const again = await vscode.commands.executeCommand<Answer>('tem-gauge.estimateF1', at(name!));
    assert.ok(again.model.detector.startsWith('cavity-compact@'));
  });

  test('problems go with their file', async () => {
    await vscode.workspace.fs.delete(at('broken.png'));
    await until('the problem to go', () => problems(at('broken.png')).length === 0);
  });
});
