// The journey of a user in the real workbench: right-click an image, Estimate F1, see badge, overlay and Problems row.
import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hostProblem, prepareHost, skip } from '../host/prepareHost.mjs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const title = 'right-click, Estimate F1, badge, overlay, Problems row, choice of models';
const shots = path.join(root, 'out/screenshots');
const problem = hostProblem();
if (problem) {
  skip(title, problem);
  process.exit(0);
}
process.env.CODE_SERVER_HOME = prepareHost();
const { startServer, startBrowser, url } = await import('../host/host.mjs');
fs.mkdirSync(shots, { recursive: true });

// A threshold of 1 makes every estimate a warning, so that the Problems row is sure to come.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-e2e-'));
for (const name of fs.readdirSync(path.join(root, 'media/samples/images')).slice(0, 6))
  fs.copyFileSync(path.join(root, 'media/samples/images', name), path.join(folder, name));
const image = fs.readdirSync(folder).find((n) => n.startsWith('faceted-large'));
const server = await startServer({ settings: { 'temGauge.thresholds.low': 1 } });
let context;
let page;
let error;
try {
  context = await startBrowser(server.dir);
  page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(60_000);
  await page.goto(url(server, folder, [['extensionDevelopmentPath', `vscode-remote://${server.host}${root}`]]));
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: image });
  await row.waitFor();
  // Explorer rows appear before contributed menus are registered: look again until our entry is there.
  const menu = page.locator('.context-view .monaco-menu').last();
  const entry = menu.getByText('Estimate F1', { exact: true });
  for (const end = Date.now() + 60_000; ;) {
    await row.click({ button: 'right' });
    await menu.waitFor();
    if (
      await entry.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      )
    )
      break;
    assert.ok(Date.now() < end, 'the context menu never showed «Estimate F1»');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
  }
  await page.screenshot({ path: path.join(shots, '1-context-menu.png') });
  await entry.click();
  const frame = page.frameLocator('iframe.webview.ready:visible').first().frameLocator('#active-frame');
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
  assert.match(await frame.locator('#count').textContent(), /^(\d+) of \1 detections shown$/);
  assert.deepEqual(scores, [...scores].sort());
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(300);
  assert.equal(await list.getAttribute('aria-activedescendant'), 'detection-0');
  assert.ok((await colouredPixels()) > coloured, 'a detection chosen in the list does not stand out');
  await page.keyboard.press('Control+Shift+M');
  await page.locator('.markers-panel .monaco-list-row', { hasText: 'Predicted F1' }).first().waitFor();
  await page.screenshot({ path: path.join(shots, '2-estimate.png') });
  await page.keyboard.press('F1');
  await page.keyboard.type('TEM Gauge: Select Model');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Select Model' }).first().waitFor();
  await page.keyboard.press('Enter');
  const models = page.locator('.quick-input-list .monaco-list-row');
  await models.filter({ hasText: 'cavity-compact' }).waitFor();
  await models.filter({ hasText: 'Import Model' }).waitFor();
  await page.screenshot({ path: path.join(shots, '3-models.png') });
  await page.keyboard.press('Escape');
  console.log(`✓ ${title} (F1 ${f1.toFixed(2)}, ${coloured} overlay pixels)`);
} catch (e) {
  error = e;
  console.error(e);
  await page?.screenshot({ path: path.join(shots, 'error.png') });
} finally {
  await context?.close();
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
if (process.env.TEM_GAUGE_RESULTS)
  fs.writeFileSync(
    process.env.TEM_GAUGE_RESULTS,
    JSON.stringify({ tests: [{ title, state: error ? 'failed' : 'passed' }] }),
  );
process.exit(error ? 1 : 0);
