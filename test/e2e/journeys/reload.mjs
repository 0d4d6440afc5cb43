import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { command, reload, until, webview } from './workbench.mjs';

export const title = 'reload of the window with the view closed: badge, Problems, tree and skipped files come back';

export async function run({ page, folder, shot }) {
  const [first, ...others] = fs.readdirSync(folder);
  for (const name of others.slice(1)) fs.rmSync(path.join(folder, name));
  fs.writeFileSync(path.join(folder, 'spectrum.msa'), 'no image');
  // A watcher may miss what changes while the window opens.
  await page.reload();
  const file = page.locator('.explorer-folders-view .monaco-list-row', { hasText: first });
  await file.waitFor();
  await command(page, 'TEM Gauge: Audit Workspace');
  await command(page, 'View: Show TEM Gauge');
  const message = page.getByText(/spectrum\.msa.*2 images: /).first();
  await message.waitFor();
  await page.locator('.sidebar .monaco-list-row', { hasText: first }).click();
  const frame = webview(page);
  await frame.locator('#badge[data-f1]').waitFor();
  const f1 = await frame.locator('#badge').getAttribute('data-f1');
  await command(page, 'View: Show Explorer');
  await file.waitFor();

  await reload(page);
  await file.waitFor();
  // The tab is restored with its picture, and the badge belongs to this picture.
  await until('badge and picture', async () => {
    const of = (name) => frame.locator('body').getAttribute(name, { timeout: 5000 }).catch(() => null); // prettier-ignore
    const [picture, estimate] = [await of('data-picture'), await of('data-estimate')];
    return picture && picture === estimate;
  });
  assert.equal(await frame.locator('#badge').getAttribute('data-f1'), f1);
  const problems = page.locator('.markers-panel .monaco-list-row', { hasText: 'Predicted F1' });
  await command(page, 'Problems: Focus on Problems View');
  await until('the Problems of both images', async () => (await problems.count()) === 2);
  assert.equal(
    await page.locator('.sidebar .composite.title', { hasText: 'TEM Gauge' }).count(),
    0,
    'the view is closed',
  );
  await command(page, 'View: Show TEM Gauge');
  await message.waitFor();
  await shot('10-reloaded-closed');
  return 'two images';
}
