// node tools/screenshot.mjs FOLDER IMAGE OUT.png: audits FOLDER in the real workbench, opens IMAGE with its candidates shown.
// FOLDER is copied, so that nothing is written beside the images. `npm run build` first.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostProblem, prepareHost } from '../test/host/prepareHost.mjs';

const [from, image, out] = process.argv.slice(2);
if (!out) throw new Error('Use: node tools/screenshot.mjs FOLDER IMAGE OUT.png');
const root = fileURLToPath(new URL('..', import.meta.url));
const problem = hostProblem();
if (problem) throw new Error(problem);
process.env.CODE_SERVER_HOME = prepareHost();
const { startServer, startBrowser, url } = await import('../test/host/host.mjs');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'micrographs-'));
for (const name of fs.readdirSync(from)) fs.copyFileSync(path.join(from, name), path.join(folder, name));
const server = await startServer({ settings: { 'workbench.startupEditor': 'none' } });
let context;
let page;
try {
  context = await startBrowser(server.dir);
  page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(60_000);
  await page.goto(url(server, folder, [['extensionDevelopmentPath', `vscode-remote://${server.host}${root}`]]));
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: image }).waitFor();
  const command = async (text) => {
    await page.keyboard.press('F1');
    const entry = page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    for (const end = Date.now() + 60_000; ;) {
      await page.locator('.quick-input-widget input').fill(`>${text}`);
      if (await entry.isVisible().catch(() => false)) break;
      if (Date.now() > end) throw new Error(`The command "${text}" never appeared.`);
      await page.waitForTimeout(500);
    }
    await entry.click();
  };
  await command('TEM Gauge: Audit Workspace');
  await command('Focus on F1 Audit View');
  // The tree fills as images are done; the last row is there when their number stays.
  const rows = page.locator('.pane-body .monaco-list-row');
  for (let seen = -1, still = 0; still < 6;) {
    await page.waitForTimeout(1000);
    const n = await rows.count();
    still = n === seen && n > 0 ? still + 1 : 0;
    seen = n;
  }
  await page.locator('.pane-body .monaco-list-row', { hasText: image }).first().click();
  const frame = page.frameLocator('iframe.webview.ready:visible').first().frameLocator('#active-frame');
  await frame.locator('#badge[data-f1]').waitFor();
  await frame.locator('#show-candidates').click();
  await command('Problems: Focus on Problems View');
  await page.waitForTimeout(1500);
  await page.screenshot({ path: out });
} catch (error) {
  await page?.screenshot({ path: out });
  throw error;
} finally {
  await context?.close().catch(() => undefined);
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
