// node test/e2e/firstPicture.mjs FILE…: seconds from the request of a file in the real editor to its picture, and to its F1.
// The first file of a window also starts the server; each further one is opened in the same window.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostProblem, prepareHost } from '../host/prepareHost.mjs';
import { until, webview } from './journeys/workbench.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const problem = hostProblem();
if (problem) throw new Error(problem);
process.env.CODE_SERVER_HOME = prepareHost();
const { startServer, startBrowser, url } = await import('../host/host.mjs');
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-')));
const names = process.argv.slice(2).map((file) => {
  fs.copyFileSync(file, path.join(folder, path.basename(file)));
  return path.basename(file);
});
const associations = Object.fromEntries(names.map((n) => [`*${path.extname(n)}`, 'temGauge.previewOption']));
const server = await startServer({ settings: { 'workbench.editorAssociations': associations } });
let context;
try {
  context = await startBrowser(server.dir);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url(server, folder, [['extensionDevelopmentPath', `vscode-remote://${server.host}${root}`]]));
  const body = webview(page).locator('body');
  for (const name of names) {
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
    await row.waitFor();
    await page.waitForTimeout(2000);
    const began = performance.now();
    await row.click();
    const seconds = () => ((performance.now() - began) / 1000).toFixed(2);
    const seen = (what, test) => until(what, () => body.evaluate(test, name, { timeout: 100 }).catch(() => false), 120_000, 20); // prettier-ignore
    // The skeleton goes when the first pixels are drawn.
    await seen('the picture', (b, n) => b.dataset.name === n && b.querySelector('#skeleton')?.hidden === true);
    const picture = seconds();
    await seen('the F1', (b) => b.querySelector('#badge')?.hasAttribute('data-f1') === true);
    console.log(`${name}: picture after ${picture} s, F1 after ${seconds()} s`);
  }
} finally {
  await context?.close();
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
}
