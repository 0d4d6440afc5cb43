import assert from 'node:assert';
import * as vscode from 'vscode';

suite('the packaged extension', () => {
  test('is the installed one', () => {
    const extension = vscode.extensions.getExtension('tem-gauge.tem-gauge');
    assert.ok(extension?.extensionPath.startsWith(process.env.TEM_GAUGE_EXTENSIONS!), extension?.extensionPath);
  });

  test('estimates an image of the workspace', async () => {
    const image = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'faceted.png');
    const estimate = await vscode.commands.executeCommand<{ outcome: string; f1: number; detections: unknown[] }>(
      'tem-gauge.estimateF1',
      image,
    );
    assert.strictEqual(estimate?.outcome, 'estimated');
    assert.ok(estimate.f1 > 0 && estimate.f1 <= 1 && estimate.detections.length > 0);
  });

  test('estimates its own sample', async () => {
    const estimate = await vscode.commands.executeCommand<{ outcome: string }>('tem-gauge.trySample');
    assert.strictEqual(estimate?.outcome, 'estimated');
  });
});
