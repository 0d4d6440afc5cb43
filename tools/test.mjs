// `npm test`: everything on a fresh machine. Each section runs also after a failure of another; the last line contains the totals.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installDependencies } from './install.mjs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const only = process.argv
  .find((a) => a.startsWith('--only='))
  ?.slice(7)
  .split(',');
const total = { passed: 0, failed: 0, skipped: 0 };
const add = (passed, failed, skipped = 0) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
};
const run = (command, args, env = {}) =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env }, shell: process.platform === 'win32' })
    .status === 0;
const section = (name, work) => {
  if (only && !only.includes(name)) return;
  console.log(`\n== ${name}`);
  work();
};
const check = (ok) => add(ok ? 1 : 0, ok ? 0 : 1);

/** Runs one vitest project and counts its tests. */
function vitest(name) {
  const report = path.join(root, 'out', `vitest-${name}.json`);
  fs.rmSync(report, { force: true });
  const ok = run('npx', [
    'vitest',
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ]);
  if (!fs.existsSync(report)) return add(0, 1);
  const result = JSON.parse(fs.readFileSync(report, 'utf8'));
  const failed = result.numFailedTests;
  add(result.numPassedTests, failed || (ok && result.numTotalTests > 0 ? 0 : 1), result.numPendingTests);
}

/** Runs a suite in the real editor, which writes its results to a file. */
function editor(script, name) {
  const report = path.join(root, 'out', `${name}.json`);
  fs.rmSync(report, { force: true });
  const ok = run('node', [script], { TEM_GAUGE_RESULTS: report });
  const tests = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')).tests : [];
  const count = (state) => tests.filter((t) => t.state === state).length;
  add(count('passed'), count('failed') || (ok && tests.length ? 0 : 1), count('pending'));
}

installDependencies();
fs.mkdirSync('out', { recursive: true });
section('build', () => check(run('node', ['esbuild.mjs'])));
section('types', () => check(run('npx', ['tsc', '-b', '--pretty', 'false'])));
section('lint', () => check(run('npx', ['eslint', '.', '--max-warnings', '0'])));
section('imports', () => check(run('node', ['tools/importCycles.mjs'])));
section('format', () => check(run('npx', ['prettier', '--check', '--log-level', 'warn', '.'])));
for (const project of ['unit', 'oracle', 'lsp', 'cli', 'package', 'webview']) section(project, () => vitest(project));
section('vscode', () => editor('test/vscode/runTests.mjs', 'vscode'));
section('e2e', () => editor('test/e2e/runJourney.mjs', 'e2e'));
section('installed', () => editor('test/package/runInstalled.mjs', 'installed'));

console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed || !total.passed ? 1 : 0);
