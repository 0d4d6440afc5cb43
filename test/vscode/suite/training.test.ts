import assert from 'node:assert';
import * as vscode from 'vscode';
import type { TrainedDto } from '../../../server/src/protocol/training';
import { folder, images, setting, until } from './support';

/** The fixture's network finds the same two boxes in every image; the second is a true cavity in three of four. */
async function labelledImages(count: number): Promise<vscode.Uri> {
  const place = vscode.Uri.joinPath(folder(), 'labelled');
  const { fs } = vscode.workspace;
  const [sample] = await images();
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

/** Answers to dialogs, in the order of their questions; what was asked is kept. */
function answering(answers: readonly string[]) {
  const asked: string[] = [];
  const waiting = [...answers];
  const { window } = vscode;
  const { showInformationMessage, showWarningMessage, showErrorMessage, showQuickPick, showInputBox } = window;
  const original = { showInformationMessage, showWarningMessage, showErrorMessage, showQuickPick, showInputBox };
  const next = (question: string) => {
    asked.push(question);
    return waiting.shift();
  };
  const dialog = (message: string, options: unknown, ...buttons: string[]) =>
    Promise.resolve(
      (options as { modal?: boolean } | undefined)?.modal
        ? buttons.find((b) => b === next([message, (options as { detail?: string }).detail].join('\n')))
        : void asked.push(message),
    );
  Object.assign(window, {
    showInformationMessage: dialog,
    showWarningMessage: dialog,
    showErrorMessage: dialog,
    showQuickPick: (items: { label: string }[], { title }: { title: string }) => {
      const label = next(title);
      return Promise.resolve(items.find((i) => i.label === label));
    },
    showInputBox: ({ title, validateInput }: { title: string; validateInput: (v: string) => string | undefined }) => {
      const text = next(title)!;
      assert.strictEqual(validateInput(text), undefined);
      return Promise.resolve(text);
    },
  });
  return { asked, restore: () => void Object.assign(window, original) };
}

suite('Train Reliability Model', () => {
  let place: vscode.Uri;
  let detector: { path: string; id: string; name: string };
  suiteSetup(async () => {
    place = await labelledImages(24);
    const graph = vscode.Uri.file(process.env.TEM_GAUGE_TEST_GRAPH!);
    detector = (await vscode.commands.executeCommand('tem-gauge.importModel', graph))!;
  });
  suiteTeardown(async () => {
    await setting('model.path', undefined);
    await vscode.workspace.fs.delete(place, { recursive: true });
  });

  test('asks, checks the labels, trains, shows the card, and the model can be used', async () => {
    const { asked, restore } = answering([
      detector.name,
      'Pattern of the file name…',
      '{group}_*',
      'Train',
      'own labels',
    ]);
    const trained = await vscode.commands
      .executeCommand<TrainedDto>('tem-gauge.trainModel', place, [place])
      .then(undefined, () => undefined);
    restore();
    assert.ok(trained, asked.join('\n'));
    assert.strictEqual(trained.rows, 24);
    assert.match(asked[3]!, /24 of 25 labelled images can be learned from: 48 cavities, 3 groups/);
    assert.match(asked[3]!, /1 image is not found \(file_name\): gone\.png/);
    assert.match(asked[3]!, /a \(8\), b \(8\), c \(8\)/);
    assert.match(asked.at(-1)!, /own-labels learned from 24 images\. Mean error of F1 on groups/);
    const tabs = () => vscode.window.tabGroups.all.flatMap((g) => g.tabs.map((t) => t.label));
    await until('the card', () => tabs().some((t) => t.includes('own-labels')));
    await setting('model.path', trained.model.path);
    const image = vscode.Uri.joinPath(place, 'images', 'a_0.png');
    type Answer = { outcome: string; f1: number | null; model: { detector: string } };
    const estimate = await vscode.commands.executeCommand<Answer>('tem-gauge.estimateF1', image);
    assert.strictEqual(estimate.outcome, 'estimated');
    assert.strictEqual(estimate.model.detector, trained.model.id);
    assert.ok(estimate.f1! > 0 && estimate.f1! <= 1);
  });

  test('offers no training where the labels cannot be used, and none to go on with', async () => {
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(place, 'annotations.coco.json'),
      Buffer.from('{"images": ['),
    );
    const { asked, restore } = answering([detector.name, 'Folder of each image', 'Train']);
    const trained = await vscode.commands.executeCommand('tem-gauge.trainModel', place, [place]);
    await vscode.commands.executeCommand('tem-gauge.resumeTraining');
    restore();
    assert.strictEqual(trained, undefined);
    assert.match(asked[2]!, /annotations\.coco\.json is not valid JSON/);
    assert.match(asked[2]!, /Images that no labels list \(24\)/);
    assert.strictEqual(asked.at(-1), 'There is no training to resume.');
  });
});
