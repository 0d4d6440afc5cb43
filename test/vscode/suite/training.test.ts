import assert from 'node:assert';
import * as vscode from 'vscode';
import type { TrainedDto } from '../../../server/src/protocol/training';
import { folder, setting } from './support';

/** The fixture's network finds the same two boxes in every image; the second is a true cavity in three of four. */
async function labelledImages(count: number): Promise<vscode.Uri> {
  const place = vscode.Uri.joinPath(folder(), 'labelled');
  const { fs } = vscode.workspace;
  const [sample] = (await fs.readDirectory(folder())).map(([n]) => n).filter((n) => n.endsWith('.png'));
  const bytes = await fs.readFile(vscode.Uri.joinPath(folder(), sample!));
  const names = Array.from({ length: count }, (_, i) => `${'abc'[i % 3]}_${i}.png`);
  // What follows the end of a PNG is ignored: other bytes, and so another image for the cache, with the same pixels.
  for (const [i, name] of names.entries())
    await fs.writeFile(vscode.Uri.joinPath(place, 'images', name), Buffer.concat([bytes, Buffer.from(`${i}`)]));
  const box = (image_id: number, bbox: number[]) => ({ image_id, category_id: 1, bbox });
  const coco = {
    categories: [{ id: 1, name: 'cavity' }],
    images: [...names, 'gone.png'].map((file_name, id) => ({ id, file_name })),
    annotations: names.flatMap((_, i) => [
      box(i, [10, 8, 30, 24]),
      box(i, i % 4 ? [50, 30, 40, 40] : [100, 100, 20, 20]),
    ]),
  };
  await fs.writeFile(vscode.Uri.joinPath(place, 'annotations.coco.json'), Buffer.from(JSON.stringify(coco)));
  return place;
}

suite('Train Reliability Model', () => {
  const own = () => vscode.workspace.getConfiguration('temGauge').get<string>('model.path');
  let place: vscode.Uri;

  suiteSetup(async () => {
    place = await labelledImages(24);
  });
  suiteTeardown(async () => {
    await setting('model.path', undefined);
    await vscode.workspace.fs.delete(place, { recursive: true });
  });

  test('trains on a folder with faults, shows the card, and the model can be used', async () => {
    const graph = vscode.Uri.file(process.env.TEM_GAUGE_TEST_GRAPH!);
    const detector = await vscode.commands.executeCommand<{ path: string; id: string }>('tem-gauge.importModel', graph);
    const answers = {
      model: detector.path,
      grouping: { by: 'pattern', pattern: '{group}_*' },
      name: 'own labels',
      train: true,
    };
    const trained = await vscode.commands.executeCommand<TrainedDto>('tem-gauge.trainModel', place, [place], answers);
    assert.ok(trained, 'a result');
    assert.strictEqual(trained.rows, 24);
    assert.ok(
      trained.notes.some((n) => n.includes('gone.png')),
      trained.notes.join(),
    );
    assert.deepStrictEqual(
      trained.validation.filter((v) => v.kind === 'group').map((v) => [v.group, v.n]),
      [['a', 8], ['b', 8], ['c', 8]], // prettier-ignore
    );
    const tabs = vscode.window.tabGroups.all.flatMap((g) => g.tabs.map((t) => t.label));
    assert.ok(
      tabs.some((t) => t.includes('own-labels')),
      tabs.join(),
    );
    await setting('model.path', trained.model.path);
    assert.strictEqual(own(), trained.model.path);
    const image = vscode.Uri.joinPath(place, 'images', 'a_0.png');
    type Answer = { outcome: string; f1: number | null; model: { detector: string } };
    const estimate = await vscode.commands.executeCommand<Answer>('tem-gauge.estimateF1', image);
    assert.strictEqual(estimate.outcome, 'estimated');
    assert.strictEqual(estimate.model.detector, trained.model.id);
    assert.ok(estimate.f1! > 0 && estimate.f1! <= 1);
  });

  test('begins nothing where the labels cannot be used', async () => {
    const labels = vscode.Uri.joinPath(place, 'broken.json');
    await vscode.workspace.fs.writeFile(labels, Buffer.from('{"images": ['));
    const answers = { model: own(), grouping: { by: 'folder' }, labels: labels.toString(), name: 'none', train: true };
    // The reason is a notification, as for every command.
    assert.strictEqual(
      await vscode.commands.executeCommand('tem-gauge.trainModel', place, [place], answers),
      undefined,
    );
    const commands = await vscode.commands.getCommands(true);
    assert.ok(commands.includes('tem-gauge.resumeTraining'));
  });
});
