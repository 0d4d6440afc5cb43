import assert from 'node:assert';
import * as vscode from 'vscode';
import { api, at, folder, images, until } from './support';

const text = async (uri: vscode.Uri) => new TextDecoder('utf8', { ignoreBOM: false }).decode(await vscode.workspace.fs.readFile(uri)); // prettier-ignore
const lines = (table: string) => table.trimEnd().split('\r\n');
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
const target = (name: string) => at('.exported', name);

suite('Export and clipboard', () => {
  suiteSetup(() => run('tem-gauge.estimateF1', folder()));
  suiteTeardown(() => vscode.workspace.fs.delete(target(''), { recursive: true }).then(undefined, () => undefined));

  test('the selection of the Explorer becomes a table of these images', async () => {
    const [one, two] = (await images()).map((name) => at(name));
    await run('tem-gauge.export.images', one, [one, two], target('images.csv'));
    const [header, ...rows] = lines(await text(target('images.csv')));
    assert.match(header!, /^file,f1,/);
    assert.deepStrictEqual(
      rows.map((r) => r.split(',')[0]).sort(),
      [one, two].map((u) => u!.path.split('/').pop()).sort(),
    );
  });

  test('a group of the tree becomes one list of file names per level', async () => {
    const reliable = api().results().filter((r) => r.reliability !== 'unknown'); // prettier-ignore
    const children = reliable.map((result) => ({ kind: 'image', result, path: '' }));
    const group = { kind: 'group', key: 'x', level: null, children, images: children.length };
    await run('tem-gauge.export.lists', group, [group], target('lists'));
    const names = (await Promise.all(['reliable', 'review', 'unreliable', 'unknown'].map((l) => text(target(`lists/${l}.txt`))))).join(''); // prettier-ignore
    assert.strictEqual(names.trimEnd().split('\n').length, reliable.length);
  });

  test('the view of quantities opens, and its rows can be exported as a scope', async () => {
    await run('temGauge.quantities.focus');
    const uris = api().results().slice(0, 2).map((r) => r.uri); // prettier-ignore
    await run('tem-gauge.export.images', { kind: 'quantities', uris, thicknessNm: 80, group: {} }, undefined, target('group.csv')); // prettier-ignore
    const [header, ...rows] = lines(await text(target('group.csv')));
    assert.strictEqual(rows.length, 2);
    const thickness = header!.split(',').indexOf('thicknessNm') - header!.split(',').length;
    for (const row of rows) assert.strictEqual(row.split(',').at(thickness), '80');
  });

  test('the preview in front is what a command without a selection takes', async () => {
    const [name] = await images();
    await run('tem-gauge.estimateF1', at(name!));
    await run('tem-gauge.copy.detections');
    const copied = await until('the clipboard', async () => {
      const now = await vscode.env.clipboard.readText();
      return now.startsWith('file\tcavity\t') ? now : undefined;
    });
    const detections = api().results().find((r) => r.uri === at(name!).toString())!.detectionCount; // prettier-ignore
    assert.strictEqual(lines(copied).length, 1 + detections);
    await run('tem-gauge.copy.quantities');
    await until('one row of quantities', async () => {
      const table = lines(await vscode.env.clipboard.readText());
      return table[0]!.startsWith('file\tf1\t') && table.length === 2;
    });
    await run('workbench.action.closeAllEditors');
  });

  test('an overlay is a picture of the image’s size', async () => {
    const [name] = await images();
    await run('tem-gauge.export.overlayPng', at(name!), undefined, target('overlay.png'));
    const size = async (uri: vscode.Uri) => Buffer.from(await vscode.workspace.fs.readFile(uri)).subarray(16, 24).toString('hex'); // prettier-ignore
    assert.strictEqual(await size(target('overlay.png')), await size(at(name!)));
  });
});
