// Journeys of a user in the real workbench, each in a fresh page of one host; screenshots go to out/screenshots.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hostProblem, prepareHost, skip } from '../host/prepareHost.mjs';
import { fileURLToPath } from 'node:url';
import * as estimate from './journeys/estimate.mjs';
import * as audit from './journeys/audit.mjs';
import * as access from './journeys/access.mjs';
import * as reload from './journeys/reload.mjs';
import * as training from './journeys/training.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const only = process.argv[2];
const journeys = [access, estimate, audit, reload, training].filter((j) => !only || j.title.includes(only));
const shots = path.join(root, 'out/screenshots');
const problem = hostProblem();
if (problem) {
  skip(estimate.title, problem);
  process.exit(0);
}
process.env.CODE_SERVER_HOME = prepareHost();
const { startServer, startBrowser, url } = await import('../host/host.mjs');
fs.mkdirSync(shots, { recursive: true });

// Trained and imported models of the journeys are not those of the user.
const models = (process.env.TEM_GAUGE_MODELS = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-models-')));
// A threshold of 1 makes every estimate a warning, so that the Problems row is sure to come.
const server = await startServer({ settings: { 'temGauge.thresholds.low': 1, 'temGauge.thresholds.review': 1 } });
const tests = [];
let context;
try {
  context = await startBrowser(server.dir);
  for (const { title, run } of journeys) {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-e2e-')));
    for (const name of fs.readdirSync(path.join(root, 'media/samples/images')).slice(0, 6))
      fs.copyFileSync(path.join(root, 'media/samples/images', name), path.join(folder, name));
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    try {
      await page.goto(url(server, folder, [['extensionDevelopmentPath', `vscode-remote://${server.host}${root}`]]));
      const said = await run({
        page,
        folder,
        root,
        server,
        shot: (name) => page.screenshot({ path: path.join(shots, `${name}.png`) }),
      });
      console.log(`✓ ${title}${said ? ` (${said})` : ''}`);
      tests.push({ title, state: 'passed' });
    } catch (error) {
      console.error(error);
      await page.screenshot({ path: path.join(shots, 'error.png') });
      tests.push({ title, state: 'failed' });
    } finally {
      await page.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
} finally {
  await context?.close();
  await server.stop();
  fs.rmSync(models, { recursive: true, force: true });
}
if (process.env.TEM_GAUGE_RESULTS) fs.writeFileSync(process.env.TEM_GAUGE_RESULTS, JSON.stringify({ tests }));
process.exit(tests.length > 0 && tests.every((t) => t.state === 'passed') ? 0 : 1);
