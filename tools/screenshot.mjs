// node tools/screenshot.mjs FOLDER IMAGE OUT.png: audits FOLDER in the real workbench, opens IMAGE with its candidates shown.
// FOLDER is copied, so that nothing is written beside the images. `npm run build` first.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, webview } from '../test/e2e/journeys/workbench.mjs';
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
  await command(page, 'TEM Gauge: Audit Workspace');
  // The sentence about all images is there at the end.
  await page
    .getByText(/\d+ images: /)
    .first()
    .waitFor({ timeout: 300_000 });
  await page.locator('.pane-body .monaco-list-row', { hasText: image }).first().click();
  const frame = webview(page);
  await frame.locator('#badge[data-f1]').waitFor();
  await frame.locator('#show-candidates').click();
  await command(page, 'Problems: Focus on Problems View');
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
