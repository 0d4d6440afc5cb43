import assert from 'node:assert';
import fs from 'node:fs';
import { command, contextMenu, webview } from './workbench.mjs';

export const title = 'right-click, Estimate F1, badge, overlay, Problems row, choice of models';

export async function run({ page, folder, shot }) {
  const image = fs.readdirSync(folder).find((n) => n.startsWith('faceted-large'));
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: image });
  await row.waitFor();
  const entry = await contextMenu(page, row, 'Estimate F1');
  await shot('1-context-menu');
  await entry.click();
  const frame = webview(page);
  await frame.locator('#badge[data-f1]').waitFor();
  const f1 = Number(await frame.locator('#badge').getAttribute('data-f1'));
  assert.ok(f1 > 0 && f1 <= 1, `badge shows F1 ${f1}`);
  await page.waitForTimeout(500);
  const colouredPixels = () =>
    frame.locator('#canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i] - data[i + 2]) > 60) n++;
      return n;
    });
  const coloured = await colouredPixels();
  assert.ok(coloured > 50, `the overlay has ${coloured} coloured pixels`);
  const list = frame.locator('#detections');
  const scores = (await list.locator('[role=option]').allTextContents()).map((text) => Number(/[\d.]+/.exec(text)[0]));
  assert.match(await frame.locator('#count').textContent(), /^(\d+) of \1 shown$/);
  assert.deepEqual(scores, [...scores].sort());
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(300);
  assert.equal(await list.getAttribute('aria-activedescendant'), 'detection-0');
  assert.ok((await colouredPixels()) > coloured, 'a detection chosen in the list does not stand out');
  await page.keyboard.press('Control+Shift+M');
  await page.locator('.markers-panel .monaco-list-row', { hasText: 'Predicted F1' }).first().waitFor();
  await shot('2-estimate');
  await command(page, 'TEM Gauge: Select Model');
  const models = page.locator('.quick-input-list .monaco-list-row');
  await models.filter({ hasText: 'cavity-compact' }).waitFor();
  await models.filter({ hasText: 'Import Model' }).waitFor();
  await shot('3-models');
  await page.keyboard.press('Escape');
  return `F1 ${f1.toFixed(2)}, ${coloured} overlay pixels`;
}
