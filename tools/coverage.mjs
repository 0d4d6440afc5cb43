// `npm run coverage`: line coverage of server, client and webview by all suites together, from the sources (unit, oracle) and
// from the bundles (lsp, cli, the preview in a browser, the extension in the editor). Prints one percentage; exit code 1 below 85 %.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install.mjs';

const required = 85;
const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
installDependencies();
const { CoverageReport } = await import('monocart-coverage-reports');

const out = path.join(root, 'coverage');
const raw = path.join(out, 'raw');
const product = /^(server\/src|client\/src|media\/preview)\/.*\.ts$/;
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(raw, { recursive: true });
fs.mkdirSync('out', { recursive: true });

const failed = [];
const run = (name, args, env = {}) => {
  const { status } = spawnSync('node', args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) failed.push(name);
};
const vitest = (...args) => ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...args];

run('build', ['esbuild.mjs']);
run(
  'unit',
  vitest(
    ...['--project', 'unit', '--project', 'oracle', '--coverage.enabled', '--coverage.provider=v8'],
    ...['--coverage.reporter=lcovonly', `--coverage.reportsDirectory=${path.join(out, 'sources')}`],
    // Without it, one failed test would discard the report.
    '--coverage.reportOnFailure',
    ...['server/src', 'client/src', 'media/preview'].map((f) => `--coverage.include=${f}/**/*.ts`),
  ),
);
run('lsp, cli, webview', vitest('--project', 'lsp', '--project', 'cli', '--project', 'webview'), {
  NODE_V8_COVERAGE: raw,
});
run('vscode', ['test/vscode/runTests.mjs'], { NODE_V8_COVERAGE: raw });

const report = new CoverageReport({
  outputDir: path.join(out, 'bundles'),
  logging: 'error',
  reports: ['lcovonly'],
  entryFilter: (entry) => entry.url.startsWith(`file://${path.join(root, 'dist')}/`),
  sourceFilter: (source) => product.test(relative(source)),
});
await report.addFromDir(raw);
await report.generate();

/** Path from the project's root, however a report names the file. */
function relative(source) {
  const plain = source.replace(/^file:\/\//, '').replace(/\\/g, '/');
  const inside = plain.startsWith(root) ? plain.slice(root.length) : plain;
  return inside.replace(/^(\.\.\/|\/)+/, '');
}

/** File → line → whether any suite ran it. */
const files = new Map();
for (const lcov of ['sources/lcov.info', 'bundles/lcov.info']) {
  const file = path.join(out, lcov);
  if (!fs.existsSync(file)) continue;
  let lines = new Map();
  for (const text of fs.readFileSync(file, 'utf8').split('\n')) {
    const [kind, value] = [text.slice(0, 3), text.slice(3)];
    if (kind === 'SF:') {
      const name = relative(value);
      lines = files.get(name) ?? new Map();
      if (product.test(name)) files.set(name, lines);
    } else if (kind === 'DA:') {
      const [line, hits] = value.split(',').map(Number);
      lines.set(line, (lines.get(line) ?? false) || hits > 0);
    }
  }
}

const folders = new Map();
const total = { covered: 0, lines: 0 };
for (const [name, lines] of files) {
  const folder = name
    .split('/')
    .slice(0, name.startsWith('server') ? 3 : 1)
    .join('/');
  const f = folders.get(folder) ?? { covered: 0, lines: 0 };
  folders.set(folder, f);
  for (const counter of [f, total]) {
    counter.lines += lines.size;
    counter.covered += [...lines.values()].filter(Boolean).length;
  }
}
const percent = ({ covered, lines }) => (100 * covered) / lines;
const least = [...files].map(([name, lines]) => ({
  name,
  lines: lines.size,
  covered: [...lines.values()].filter(Boolean).length,
}));
least.sort((a, b) => b.lines - b.covered - (a.lines - a.covered));
for (const [folder, f] of [...folders].sort()) console.log(`${folder.padEnd(24)} ${percent(f).toFixed(1)} %`);
console.log(
  `\nMost uncovered lines: ${least
    .slice(0, 8)
    .map((f) => `${f.name} ${f.lines - f.covered}`)
    .join(', ')}`,
);
if (failed.length) console.log(`Suites that failed: ${failed.join(', ')}`);
console.log(`${percent(total).toFixed(1)} % of ${total.lines} lines of ${files.size} files`);
process.exit(failed.length || !(percent(total) >= required) ? 1 : 0);
