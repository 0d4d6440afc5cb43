import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { command, until, webview } from './workbench.mjs';

export const title = 'audit, tree with groups and filter, report, overwritten image, reload of the window';

export async function run({ page, folder, shot }) {
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  await command(page, 'TEM Gauge: Audit Workspace');
  const rows = page.locator('.sidebar .monaco-list-row[aria-level]');
  const headline = (n) => page.getByText(new RegExp(`${n} images: `)).first();
  await headline(6).waitFor();
  const labels = await rows.evaluateAll((all) => all.map((r) => r.getAttribute('aria-label')));
  assert.ok(
    labels.some((l) => /^unreliable, \d images?/.test(l)),
    `groups by level: ${labels.join(' | ')}`,
  );
  assert.ok(
    labels.some((l) => /\.png, F1 0\.\d\d, unreliable, \d+ detections?/.test(l)),
    `names with F1 and level: ${labels.join(' | ')}`,
  );
  await shot('4-tree');

  await command(page, 'TEM Gauge: Filter Results');
  const levels = page.locator('.quick-input-list .monaco-list-row', { hasText: 'unreliable' });
  await levels.waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-title', { hasText: 'Part of the name' }).waitFor();
  await page.keyboard.type('faceted');
  await page.keyboard.press('Enter');
  await until('the filter', async () => (await rows.filter({ hasText: '.png' }).count()) < 6);
  assert.ok((await rows.filter({ hasText: 'faceted' }).count()) > 0);
  await command(page, 'TEM Gauge: Clear Filter');
  await command(page, 'TEM Gauge: Do Not Group');
  await until('a flat list', async () => (await rows.count()) === 6);

  await command(page, 'TEM Gauge: Save Report');
  const input = page.locator('.quick-input-widget input');
  await until('the name of the report', async () => (await input.inputValue()).endsWith('tem-gauge-report.html'));
  await page.keyboard.press('Enter');
  // The notification may be hidden behind the bell: the list of notifications shows it in any case.
  const note = page.locator('.notification-list-item', { hasText: 'Report saved: 6 images' }).first();
  await until('the notification of the report', async () => {
    if (await note.isVisible()) return true;
    await command(page, 'Notifications: Show Notifications');
    return note.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  });
  await note.getByRole('button', { name: 'Open', exact: true }).click();
  await webview(page).getByText('6 images').first().waitFor();
  await shot('5-report');
  await page.keyboard.press('Control+w');

  // Overwritten on disk: the new picture with the new outlines, never one of each.
  const name = fs.readdirSync(folder).find((n) => n.startsWith('faceted-large'));
  const row = rows.filter({ hasText: name }).first();
  const image = path.join(folder, name);
  const other = path.join(
    folder,
    fs.readdirSync(folder).find((n) => n.endsWith('.png') && !n.startsWith('faceted')),
  );
  await row.click();
  const keys = async () => {
    const of = (name) =>
      webview(page)
        .locator('body')
        .getAttribute(name, { timeout: 5000 })
        .catch(() => null);
    return [await of('data-picture'), await of('data-estimate')];
  };
  const [before] = await until('picture and estimate', async () => {
    const [picture, estimate] = await keys();
    return picture && picture === estimate && [picture];
  });
  fs.copyFileSync(other, image);
  await until('the new picture and the new estimate', async () => {
    const [picture, estimate] = await keys();
    return picture && picture !== before && picture === estimate;
  });
  await shot('6-overwritten');

  await page.reload();
  await page.locator('.explorer-folders-view, .pane').first().waitFor();
  await command(page, 'View: Show TEM Gauge');
  await headline(6).waitFor();
  await page.keyboard.press('Control+Shift+M');
  await page.locator('.markers-panel .monaco-list-row', { hasText: 'Predicted F1' }).first().waitFor();
  await shot('7-reloaded');
  return 'six images';
}
