import assert from 'node:assert';
import * as vscode from 'vscode';
import type { TrainedDto } from '../../../server/src/protocol/training';
import { buildTiff } from '../../unit/engine/tiffBuilder';
import { folder, setting, until } from './support';

const box = (image_id: number, bbox: number[]) => ({ image_id, category_id: 1, bbox });
const names = Array.from({ length: 24 }, (_, i) => `${'abc'[i % 3]}_${i}.tif`);
/** The fixture's network finds the same two boxes in every image; the second is a true cavity in three of four. */
const labels = (files: readonly string[]) => ({
  categories: [{ id: 1, name: 'cavity' }],
  images: files.map((file_name, id) => ({ id, file_name })),
  annotations: names.flatMap((_, i) => [
    box(i, [10, 8, 30, 24]),
    box(i, i % 4 ? [50, 30, 40, 40] : [100, 100, 20, 20]),
  ]),
});

/** Different images in `labelled/images`, and their labels, which list one more. */
async function labelledImages(): Promise<vscode.Uri> {
  const place = vscode.Uri.joinPath(folder(), 'labelled');
  const [width, height] = [160, 128];
  for (const [i, name] of names.entries()) {
    const pixels = Uint8Array.from({ length: width * height }, (_, k) => 90 + ((k * 7 + i * 31 + ((k * k) >> 6)) % 80));
    await write(vscode.Uri.joinPath(place, 'images', name), buildTiff({ width, height, pixels, sampleFormat: 1 }));
  }
  await write(vscode.Uri.joinPath(place, 'annotations.coco.json'), JSON.stringify(labels([...names, 'gone.tif'])));
  return place;
}

const write = (uri: vscode.Uri, content: string | Uint8Array) =>
  vscode.workspace.fs.writeFile(uri, Buffer.from(content));

/**
 * Answers to dialogs, and to notifications that offer the next answer, in the order of their questions; what was asked is
 * kept. A file is answered by its path.
 */
function answering(answers: readonly string[]) {
  const asked: string[] = [];
  const waiting = [...answers];
  const { window } = vscode;
  const { showInformationMessage, showWarningMessage, showErrorMessage } = window;
  const { showQuickPick, showInputBox, showOpenDialog } = window;
  const original = { showInformationMessage, showWarningMessage, showErrorMessage, showQuickPick, showInputBox, showOpenDialog }; // prettier-ignore
  const next = (question: string) => {
    asked.push(question);
    return waiting.shift();
  };
  const dialog = (message: string, ...given: unknown[]) => {
    const options = given.find((g) => typeof g === 'object') as { modal?: boolean; detail?: string } | undefined;
    const buttons = given.filter((g) => typeof g === 'string');
    if (options?.modal) {
      const answer = next([message, options.detail].join('\n'));
      return Promise.resolve(buttons.find((b) => b === answer));
    }
    if (waiting[0] !== undefined && buttons.includes(waiting[0])) return Promise.resolve(next(message));
    return Promise.resolve(void asked.push(message));
  };
  Object.assign(window, {
    showInformationMessage: dialog,
    showWarningMessage: dialog,
    showErrorMessage: dialog,
    showQuickPick: (items: { label: string }[], { title }: { title: string }) => {
      const label = next(title);
      return Promise.resolve(items.find((i) => i.label === label));
    },
    showOpenDialog: ({ title }: { title: string }) => Promise.resolve([vscode.Uri.file(next(title)!)]),
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
    place = await labelledImages();
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
    assert.match(asked[3]!, /24 of 25 labelled images can be learned from\. Cavities: 48\. Groups: 3\./);
    assert.match(asked[3]!, /1 image is not found \(file_name\): gone\.tif/);
    assert.match(asked[3]!, /a \(8\), b \(8\), c \(8\)/);
    assert.match(asked.at(-1)!, /own-labels learned from 24 images\. Mean error of F1 on groups/);
    const tabs = () => vscode.window.tabGroups.all.flatMap((g) => g.tabs.map((t) => t.label));
    await until('the card', () => tabs().some((t) => t.includes('own-labels')));
    await setting('model.path', trained.model.path);
    const image = vscode.Uri.joinPath(place, 'images', 'a_0.tif');
    type Answer = { outcome: string; f1: number | null; model: { detector: string } };
    const estimate = await vscode.commands.executeCommand<Answer>('tem-gauge.estimateF1', image);
    assert.strictEqual(estimate.outcome, 'estimated');
    assert.strictEqual(estimate.model.detector, trained.model.id);
    assert.ok(estimate.f1! > 0 && estimate.f1! <= 1);
  });

  test('shows all of the check as a text; the decision is asked for after it', async () => {
    const copy = vscode.Uri.joinPath(place, 'images', names[5]!);
    const before = await vscode.workspace.fs.readFile(copy);
    await write(copy, await vscode.workspace.fs.readFile(vscode.Uri.joinPath(place, 'images', names[0]!)));
    const { asked, restore } = answering([detector.name, 'Pattern of the file name…', '{group}', 'Show All', 'Cancel']);
    const trained = await vscode.commands.executeCommand('tem-gauge.trainModel', place, [place]);
    restore();
    await write(copy, before);
    assert.strictEqual(trained, undefined);
    // The dialog lists a few groups, the text all of them.
    assert.match(asked[3]!, /Groups \(23\): a_0 \(2\), .*…/);
    assert.doesNotMatch(asked[3]!, /b_22/);
    const text = vscode.window.activeTextEditor!.document;
    assert.strictEqual(text.uri.scheme, 'tem-gauge-labels');
    for (const part of [
      /24 of 25 labelled images can be learned from/,
      /annotations\.coco\.json/,
      /gone\.tif/,
      /1 image has the same bytes as another: c_5\.tif \(as a_0\.tif\)\. 1 of these was in another group/,
      ...names.filter((n) => n !== names[5]).map((n) => new RegExp(`\\b${n.replace('.tif', '')} \\(`)),
    ])
      assert.match(text.getText(), part);
    assert.match(asked[4]!, /24 of 25 labelled images can be learned from/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  test('asks for labels that lie elsewhere, shows their check, and trains on them after the whole check', async () => {
    const elsewhere = vscode.Uri.joinPath(folder(), 'elsewhere', 'truth.json');
    await write(elsewhere, JSON.stringify(labels(names)));
    const pictures = vscode.Uri.joinPath(place, 'images');
    const { asked, restore } = answering([
      detector.name,
      'Pattern of the file name…',
      '{group}_*',
      'Choose Labels…',
      elsewhere.fsPath,
      'Show All',
      'Train',
      'from elsewhere',
    ]);
    const trained = await vscode.commands
      .executeCommand<TrainedDto>('tem-gauge.trainModel', pictures, [pictures])
      .then(undefined, () => undefined);
    restore();
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(elsewhere, '..'), { recursive: true });
    assert.ok(trained, asked.join('\n'));
    assert.match(asked[3]!, /0 of 0 labelled images can be learned from/);
    assert.match(asked[3]!, /There is no annotations\.coco\.json in/);
    assert.match(asked[4]!, /COCO Instances/);
    assert.match(asked[5]!, /24 of 24 labelled images can be learned from\. Cavities: 48\. Groups: 3\./);
    assert.match(asked[5]!, /a \(8\), b \(8\), c \(8\)/);
    assert.strictEqual(trained.rows, 24);
    assert.strictEqual(trained.model.name, 'from-elsewhere');
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
