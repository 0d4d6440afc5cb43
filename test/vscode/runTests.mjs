// The mocha suite in a real VS Code: VSCODE_EXECUTABLE, a download (TEM_GAUGE_DOWNLOAD_VSCODE=1), or the offline host.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { hostProblem, prepareHost, skip } from '../host/prepareHost.mjs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = (process.env.TEM_GAUGE_RESULTS ??= path.join(root, 'out/vscode.json'));
let executable = process.env.VSCODE_EXECUTABLE;
if (!executable && !process.env.TEM_GAUGE_DOWNLOAD_VSCODE) {
  const problem = hostProblem();
  if (problem) {
    skip('vscode suite', problem);
    process.exit(0);
  }
  process.env.CODE_SERVER_HOME = prepareHost();
  executable = path.join(root, 'test/host/code-offline.mjs');
}
// Seconds for all tests together; a loaded machine needs minutes for what takes one.
process.env.VSCODE_OFFLINE_TIMEOUT ??= '600';
// The suite deletes and adds files: it works on a copy.
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-ws-'));
for (const name of fs.readdirSync(path.join(root, 'media/samples/images')).slice(0, 3))
  fs.copyFileSync(path.join(root, 'media/samples/images', name), path.join(workspace, name));
const models = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-models-'));
fs.writeFileSync(path.join(workspace, 'broken.png'), 'this is no image');
fs.rmSync(results, { force: true });
try {
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist/test/vscodeSuite.js'),
    launchArgs: [workspace],
    extensionTestsEnv: {
      TEM_GAUGE_RESULTS: results,
      TEM_GAUGE_MODELS: models,
      TEM_GAUGE_TEST_GRAPH: path.join(root, 'test/oracle/onnx/fixtures/torchvision.onnx'),
    },
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  fs.rmSync(workspace, { recursive: true, force: true });
  fs.rmSync(models, { recursive: true, force: true });
}
const written = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : null;
for (const t of written?.tests ?? [])
  console.log(`${t.state === 'passed' ? '✓' : '✗'} ${t.title}${t.error ? `\n${t.error}` : ''}`);
if (!written || written.failures || !written.tests.length) process.exitCode = 1;
