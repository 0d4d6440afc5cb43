import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { command, contextMenu, until, webview } from './workbench.mjs';

export const title = 'training on a folder with faults: check, cancel, resume, card, use it here';

export async function run({ page, folder, root, shot }) {
  const labelled = path.join(folder, 'labelled');
  const domains = 'faceted-large,underfocus-round,overfocus-round';
  const args = ['synthesize', '--count', '90', '--size', '256x256', '--domain', domains, '--out', labelled];
  execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args], { stdio: 'ignore' });
  const file = path.join(labelled, 'annotations.coco.json');
  const coco = JSON.parse(fs.readFileSync(file, 'utf8'));
  const ofImage = (i) => coco.annotations.find((a) => a.image_id === coco.images[i].id);
  // One image without its entry, one entry without its image, one box that is none.
  const [unlisted] = coco.images.splice(0, 1);
  coco.annotations = coco.annotations.filter((a) => a.image_id !== unlisted.id);
  coco.images[0].file_name = 'gone.png';
  const broken = ofImage(2);
  broken.bbox = broken.bbox.slice(0, 3);
  delete broken.segmentation;
  fs.writeFileSync(file, JSON.stringify(coco));

  // A watcher may miss what is made while the window opens.
  await page.reload();
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'labelled' }).first();
  await row.waitFor();
  await (await contextMenu(page, row, 'TEM Gauge')).click();
  const entry = page.getByText('Train Reliability Model…', { exact: true }).last();
  const pattern = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Pattern of the file name' });
  // A menu ignores a click that comes just after it opened.
  await until('the question for groups', async () => {
    if (await entry.isVisible()) await entry.click({ timeout: 5000 }).catch(() => undefined);
    return pattern.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  });
  await pattern.click();
  const input = page.locator('.quick-input-widget input');
  await until('the pattern', async () => (await input.inputValue()) === '{group}_*');
  await input.fill('{group}-*');
  await page.keyboard.press('Enter');

  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText('87 of 89 labelled images can be learned from').waitFor();
  const text = await dialog.innerText();
  for (const part of [
    /gone\.png/,
    /annotations\[\d+\]\.bbox is not a list of four numbers/,
    /Images that no labels list \(2\)/,
  ])
    assert.match(text, part);
  await shot('7-training-check');
  await dialog.getByRole('button', { name: 'Train', exact: true }).click();
  await until('the name', async () => (await input.inputValue()) === 'labelled');
  await page.keyboard.press('Enter');

  // A notification is first a toast and later in the list behind the bell. The palette, which opens the list, takes
  // longer than a training of few images, so the toast gets its chance first.
  const note = async (pattern, timeout = 60_000) => {
    const item = page.locator('.notification-list-item', { hasText: pattern }).first();
    const appears = (ms) =>
      item.waitFor({ timeout: ms }).then(
        () => true,
        () => false,
      );
    await until(
      `the notification ${pattern}`,
      async () => {
        if (await appears(10_000)) return true;
        await command(page, 'Notifications: Show Notifications');
        return appears(2000);
      },
      timeout,
    );
    return item;
  };
  const progress = await note(/\d+ of 87 images/, 120_000);
  await shot('8-training');
  await progress.hover();
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await (await note(/Training stopped after \d+ of 87 images/)).getByRole('button', { name: 'Resume' }).click();
  const done = await note(/labelled learned from \d+ images/, 240_000);
  await webview(page).getByText('random five-fold, repetition 1').waitFor();
  await shot('9-training-card');
  const said = await done.innerText();
  await done.getByRole('button', { name: 'Use It Here' }).click();
  const settings = path.join(folder, '.vscode/settings.json');
  await until(
    'the setting',
    () => fs.existsSync(settings) && /model\.path.*labelled/.test(fs.readFileSync(settings, 'utf8')),
  );
  return /learned from.*/.exec(said)?.[0];
}
