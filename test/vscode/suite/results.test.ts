import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { serverPid } from './processes';
import { api, at, folder, images, problems, rowOf, rows, setting, until, withProblems } from './support';

const audit = (uri: vscode.Uri) => vscode.commands.executeCommand('tem-gauge.estimateF1', uri);
const bytes = new TextEncoder().encode('this is not an image');

suite('Results follow files, settings and the server', () => {
  test('a deleted folder leaves tree, headline and Problems', async () => {
    await vscode.workspace.fs.writeFile(at('sub', 'deep', 'bad.png'), bytes);
    await audit(folder());
    await until('the problem', () => problems(at('sub', 'deep', 'bad.png')).length > 0);
    const before = rows().length;
    assert.match(api().message()!, new RegExp(`^${before} images:`));
    // The editor reports neither event of a folder that comes and goes at once.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await vscode.workspace.fs.delete(at('sub'), { recursive: true });
    await until('the row to go', () => rows().length === before - 1);
    await until('the problem to go', () => problems(at('sub', 'deep', 'bad.png')).length === 0);
    assert.match(api().message()!, new RegExp(`^${before - 1} images:`));
  });

  test('a renamed image leaves its old name', async () => {
    await vscode.workspace.fs.writeFile(at('bad.png'), bytes);
    await audit(at('bad.png'));
    await until('the row', () => rowOf(at('bad.png')));
    await vscode.workspace.fs.rename(at('bad.png'), at('worse.png'));
    await until('the old name to go', () => !rowOf(at('bad.png')) && problems(at('bad.png')).length === 0);
    await vscode.workspace.fs.delete(at('worse.png'));
  });

  test('an overwritten image is read again: row, Problems and preview are of the new content', async () => {
    const [one, two] = await images();
    // Several images: no preview opens, which would take the place of the one below.
    await vscode.commands.executeCommand('tem-gauge.estimateF1', at(two!), [at(one!), at(two!)]);
    const expected = (await until('the row of the other', () => rowOf(at(two!)))).imageKey;
    await vscode.workspace.fs.copy(at(one!), at('changing.png'));
    await audit(at('changing.png'));
    const before = (await until('the row', () => rowOf(at('changing.png')))).imageKey;
    await until('its preview', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('changing.png'));
    assert.notStrictEqual(before, expected);
    // Content that is in the cache: the row is replaced.
    // Not by the editor, which would delete the file first and close its preview.
    fs.copyFileSync(at(two!).fsPath, at('changing.png').fsPath);
    await until('the cached content', () => rowOf(at('changing.png'))?.imageKey === expected);
    // Content that is not in the cache: the preview, which still shows this file, requests it.
    // Bytes after the end of a PNG change the content key and not the picture.
    const picture = fs.readFileSync(at(one!).fsPath);
    fs.writeFileSync(at('changing.png').fsPath, Buffer.concat([picture, Buffer.from(`${Date.now()}`)]));
    await until('the new content', () => {
      const key = rowOf(at('changing.png'))?.imageKey;
      return key !== undefined && key !== before && key !== expected;
    });
    await vscode.workspace.fs.delete(at('changing.png'));
    await until('the row to go', () => !rowOf(at('changing.png')));
  });

  test('outside the workspace too', async () => {
    const outside = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-outside-')));
    const file = vscode.Uri.file(path.join(outside, 'bad.png'));
    fs.writeFileSync(file.fsPath, 'no image');
    await audit(vscode.Uri.file(outside));
    await until('the problem', () => problems(file).length > 0);
    // A watcher needs a moment before it sees anything.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    fs.rmSync(file.fsPath);
    await until('problem and row to go', () => problems(file).length === 0 && !rowOf(file));
    fs.rmSync(outside, { recursive: true });
  });

  test('a revision in git gets no F1 of the working copy', async () => {
    const [name] = await images();
    const revision = at(name!).with({ scheme: 'git', query: JSON.stringify({ path: at(name!).fsPath, ref: 'HEAD' }) });
    const before = rows().length;
    const answer = vscode.commands.executeCommand('tem-gauge.estimateF1', revision);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await vscode.commands.executeCommand('notifications.clearAll');
    await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 2000))]);
    assert.strictEqual(rows().length, before);
    assert.deepStrictEqual(problems(revision), []);
  });

  test('a cancelled audit is reported with its finished images and can be resumed', async () => {
    const extra = 6;
    const [name] = await images();
    const original = await vscode.workspace.fs.readFile(at(name!));
    // Bytes after the end of a PNG change the content key and not the picture: nothing of this is in the cache.
    for (let i = 0; i < extra; i++)
      await vscode.workspace.fs.writeFile(
        at('many', `${i}.png`),
        Buffer.concat([original, Buffer.from(`${process.pid} ${i}`)]),
      );
    const running = audit(at('many'));
    await until('the first row', () => rowOf(at('many', '0.png')));
    assert.match(api().message()!, /^Auditing: \d of 6 images, \d unreliable so far$/);
    await vscode.commands.executeCommand('tem-gauge.cancelAudit');
    await running;
    assert.match(api().message()!, /^Cancelled after [1-5] of 6 images\. /);
    await vscode.commands.executeCommand('tem-gauge.resumeAudit');
    for (let i = 0; i < extra; i++) assert.ok(rowOf(at('many', `${i}.png`)), String(i));
    assert.match(api().message()!, /^\d+ images: /);
    await vscode.workspace.fs.delete(at('many'), { recursive: true });
    await until('the rows to go', () => !rowOf(at('many', '0.png')));
  });

  test('new thresholds re-level rows and headline together', async () => {
    await audit(folder());
    await setting('thresholds.review', 1);
    await setting('thresholds.low', 1);
    await until('no reliable row', () =>
      api()
        .results()
        .every((r) => r.reliability !== 'reliable' && r.reliability !== 'review'),
    );
    assert.match(api().message()!, /: 0 reliable, 0 for review, /);
    await setting('thresholds.low', undefined);
    await setting('thresholds.review', undefined);
    await until('the former levels', () =>
      api()
        .results()
        .some((r) => r.reliability === 'reliable' || r.reliability === 'review'),
    );
  });

  test('after the server was killed, tree and Problems agree and are complete', async () => {
    await vscode.workspace.fs.writeFile(at('bad.png'), bytes);
    await audit(folder());
    await until('the problem', () => problems(at('bad.png')).length > 0);
    const before = rows();
    process.kill(serverPid(), 'SIGKILL');
    await until('empty tree', () => rows().length === 0);
    await until('the rows to come back', () => rows().length === before.length);
    assert.deepStrictEqual(rows(), before);
    await until('the problem to come back', () => problems(at('bad.png')).length > 0);
    for (const uri of withProblems()) assert.ok(before.includes(uri), uri);
    await vscode.workspace.fs.delete(at('bad.png'));
  });

  test('the report is saved and opens inside the editor', async () => {
    const target = at('report.html');
    await vscode.commands.executeCommand('tem-gauge.saveReport', target);
    const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    for (const uri of rows()) assert.ok(html.includes(path.basename(vscode.Uri.parse(uri).fsPath)), uri);
    await vscode.commands.executeCommand('tem-gauge.openReport', target);
    await until('the tab of the report', () =>
      vscode.window.tabGroups.all.flatMap((g) => g.tabs).some((t) => t.input instanceof vscode.TabInputWebview),
    );
    await vscode.workspace.fs.delete(target);
  });

  test('a wrong model path leaves server and editor running', async () => {
    await setting('model.path', '/there/is/no/model');
    const [name] = await images();
    const failing = vscode.commands.executeCommand('tem-gauge.estimateF1', at(name!));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await vscode.commands.executeCommand('notifications.clearAll');
    await Promise.race([failing, new Promise((resolve) => setTimeout(resolve, 2000))]);
    await setting('model.path', undefined);
    await until('an estimate', async () => {
      const e = await vscode.commands.executeCommand<{ outcome: string } | undefined>(
        'tem-gauge.estimateF1',
        at(name!),
      );
      return e?.outcome === 'estimated';
    });
  });

  test('the language-model tool gives the estimate of an image of the workspace', async () => {
    assert.ok(vscode.lm.tools.some((t) => t.name === 'tem-gauge_estimate'));
    const [name] = await images();
    const ask = (input: object) =>
      vscode.lm.invokeTool('tem-gauge_estimate', { input, toolInvocationToken: undefined });
    const { content } = await ask({ path: name });
    const answer = JSON.parse((content[0] as vscode.LanguageModelTextPart).value) as { outcome: string; f1: number };
    assert.strictEqual(answer.outcome, 'estimated');
    assert.ok(answer.f1 > 0 && answer.f1 <= 1);
    await assert.rejects(async () => ask({ path: '../../etc/passwd' }));
  });
});
